"""Every answer that a test gets is held to the OpenAPI document: status, media type, headers and body."""

import functools
import json
import re
from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker

from passaparola.inbound.api.interface import api
from passaparola.inbound.api.openapi import operations

ANYTIME = {"500", "503"}  # what any request may meet


@functools.cache
def whole() -> dict[str, Any]:
    document: dict[str, Any] = api.get_openapi_schema()
    return document


@functools.cache
def routes() -> list[tuple[str, re.Pattern[str], str]]:
    """Each operation as a pattern; what is written out comes before what is a parameter."""
    found = sorted({path for path, _, _ in operations(whole())}, key=lambda p: (p.count("{"), p))
    return [(path, re.compile(re.sub(r"{\w+}", "[^/]+", path)), path) for path in found]


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    for template, pattern, _ in routes():
        if pattern.fullmatch(path):
            found: dict[str, Any] | None = whole()["paths"][template].get(method.lower())
            if found is not None:
                return found
    return None


@functools.cache
def validator(schema: str) -> OAS31Validator:
    return OAS31Validator(
        {**json.loads(schema), "components": whole()["components"]}, format_checker=oas31_format_checker
    )


def wrong(method: str, path: str, status: int, headers: dict[str, str], body: bytes) -> list[str]:
    """What the document does not say about this answer."""
    operation = operation_of(method, path)
    if operation is None:
        return []
    declared = operation["responses"].get(str(status))
    if declared is None:
        return [] if str(status) in ANYTIME else [f"{method} {path} answers {status}, which is not declared"]
    found = []
    kind = headers.get("content-type", "").partition(";")[0]
    if headers.get("cache-control") != "no-store":
        found.append(f"{method} {path} may be kept by a cache")
    if kind not in declared.get("content", {}):
        return [*found, f"{method} {path} answers {status} as {kind}, declared is {list(declared.get('content', {}))}"]
    if kind == "text/csv":
        return found
    schema = json.dumps(declared["content"][kind]["schema"])
    errors = validator(schema).iter_errors(json.loads(body))
    return [*found, *(f"{method} {path} {status}: {e.json_path}: {e.message[:300]}" for e in errors)]
