"""The reference page of the API, made from its own OpenAPI document: no script, nothing from elsewhere, readable by everybody."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from passaparola.inbound.api.interface import api
from passaparola.inbound.api.openapi import operations

Schema = Mapping[str, Any]
_CODE = re.compile(r"`([^`]+)`")
_LIMITS = {
    "minLength": "at least {} characters", "maxLength": "at most {} characters", "minimum": "at least {}", "maximum": "at most {}",
    "minItems": "at least {}", "maxItems": "at most {}", "pattern": "like {}", "default": "{} where it is missing",
}  # fmt: skip


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation with its fields, answers and shapes."""
    return render(request, "api/reference.html", {"body": _body()})


@functools.cache
def _body() -> SafeString:
    """The whole of it, which is the same for everybody."""
    whole: dict[str, Any] = api.get_openapi_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(whole):
        groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    shapes = [{"name": name, **_shape(schema)} for name, schema in sorted(whole["components"]["schemas"].items())]
    values = {
        "title": whole["info"]["title"],
        "version": whole["info"]["version"],
        "about": prose(whole["info"]["description"]),
        "groups": sorted(groups.items()),
        "shapes": shapes,
    }
    return mark_safe(render_to_string("api/operations.html", values))  # noqa: S308  a template's own output


def _operation(path: str, method: str, operation: Schema) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "about": prose(operation["description"]),
        "parameters": [
            _field(p["name"], p["schema"], p.get("description", ""), required=p.get("required", False), place=p["in"])
            for p in operation.get("parameters", ())
        ],
        "body": [{"kind": kind, "type": typed(content.get("schema", {}))} for kind, content in body.items()],
        "answers": [
            {"status": status, "about": said.get("description", ""), "type": _answer(said)}
            for status, said in operation["responses"].items()
        ],
    }


def _answer(said: Schema) -> SafeString | str:
    return next((typed(content.get("schema", {})) for content in said.get("content", {}).values()), "")


def _shape(schema: Schema) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    fields = [
        _field(name, of, of.get("description", ""), required=name in required)
        for name, of in schema.get("properties", {}).items()
    ]
    return {
        "about": prose(schema.get("description", "")),
        "fields": fields,
        "type": "" if fields else typed({**schema, "description": ""}),
    }


def _field(name: str, schema: Schema, about: str, *, required: bool, place: str = "") -> dict[str, Any]:
    return {"name": name, "place": place, "required": required, "type": typed(schema), "about": prose(about)}


def typed(schema: Schema) -> SafeString:
    """What a value is, in words, with a link to each shape that has a name."""
    return mark_safe(" ".join(_words(schema)))  # noqa: S308  every word was escaped


def _words(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        yield f'<a href="#shape-{name}">{name}</a>'
        return
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        yield (" and " if "allOf" in schema else " or ").join(" ".join(_words(one)) for one in several)
        return
    if "enum" in schema:
        yield "one of " + ", ".join(f"<code>{escape(v)}</code>" for v in schema["enum"])
        return
    kind = schema.get("type", "anything")
    yield escape(" or ".join(kind) if isinstance(kind, list) else schema.get("format") or kind)
    if kind == "array":
        yield "of " + " ".join(_words(schema.get("items", {})))
    limits = [
        text.format(f"<code>{escape(schema[name])}</code>")
        for name, text in _LIMITS.items()
        if schema.get(name) is not None
    ]
    if limits:
        yield f"({', '.join(limits)})"


def prose(text: str) -> SafeString:
    """Paragraphs, with what stands between backticks as code."""
    parts = (_CODE.sub(r"<code>\1</code>", escape(part)) for part in text.split("\n\n") if part.strip())
    return mark_safe("".join(f"<p>{part}</p>" for part in parts))  # noqa: S308  escaped above
