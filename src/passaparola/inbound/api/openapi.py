"""The OpenAPI 3.1 document: what django-ninja writes, with our problems, headers, and the operation that stands before Django."""

import copy
from collections.abc import Iterator
from typing import Any

from ninja.openapi.schema import OpenAPISchema

from passaparola.inbound.api.post_events import PATH
from passaparola.inbound.api.problems import CONTENT_TYPE
from passaparola.inbound.api.shapes import ProblemDocument
from passaparola.inbound.api.told_events import POST_EVENTS, SCHEMAS

Operation = dict[str, Any]
_PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}
_IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": (
        "The same key with the same request is answered as before, with `Idempotent-Replayed: true`; with another request 422."
        " Kept 30 days."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_WORDS = {
    400: "The request cannot be read", 401: "No API key, or an unknown or revoked one", 403: "The API key may not do this",
    404: "There is no such thing in this workspace", 409: "A rule says no, or another request was first", 413: "Too large",
    415: "Not JSON, or compressed", 422: "Some fields must be mended, or the Idempotency-Key came with another request",
    429: "Too many codes or visits that count for nothing: ask again after Retry-After",
    503: "Too much is waiting: try again after Retry-After",
}  # fmt: skip
WRITES = frozenset({"post", "put", "patch", "delete"})


def finished(document: OpenAPISchema) -> dict[str, Any]:
    """The document as it is published."""
    whole: dict[str, Any] = copy.deepcopy(dict(document))
    whole["components"]["schemas"] |= SCHEMAS | {
        "ProblemDocument": ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    }
    nested = whole["components"]["schemas"]["ProblemDocument"].pop("$defs", {})
    whole["components"]["schemas"] |= nested
    whole["paths"].setdefault(PATH, {})["post"] = copy.deepcopy(POST_EVENTS)
    for path, method, operation in operations(whole):
        _finish(path, method, operation)
    whole["paths"] = dict(sorted(whole["paths"].items()))
    return whole


def operations(whole: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Each operation with its path and method."""
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _finish(path: str, method: str, operation: Operation) -> None:
    operation["summary"] = operation["summary"].capitalize()
    codes = {401, 403} if operation.get("security") else set()
    if "{" in path or (operation.get("requestBody") and path != PATH):
        codes.add(404)
    if operation.get("parameters") or operation.get("requestBody"):
        codes |= {400, 422}
    if method in WRITES and operation.get("security"):
        codes |= {400, 409, 422, 503}
        _key_header(operation)
    if operation.get("requestBody"):
        codes |= {413, 415}
    responses = operation["responses"]
    for code in codes:
        known = {str(c) for c in responses}
        if str(code) not in known:
            responses[str(code)] = {"description": _WORDS[code]}
    for code, response in list(responses.items()):
        if int(code) >= 400:
            response["content"] = {CONTENT_TYPE: {"schema": _PROBLEM}}
    operation["responses"] = {
        str(code): response for code, response in sorted(responses.items(), key=lambda r: int(r[0]))
    }


def _key_header(operation: Operation) -> None:
    required = bool(operation.pop("x-idempotency-key-required", False))
    operation.setdefault("parameters", [])
    operation["parameters"] = [*operation["parameters"], {**_IDEMPOTENCY, "required": required}]
