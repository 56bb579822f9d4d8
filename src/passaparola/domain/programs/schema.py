"""The published JSON Schema of a program file, generated from the document's model, for editors."""

import json
from functools import cache
from typing import Any

from passaparola.domain.programs.document import GROUPS, ProgramDocument
from passaparola.domain.programs.vocabulary import NOTED_KEYS

_NOTED = "Known, and not acted on yet: it changes nothing."


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a program file: its keys and values. What goes together only `read_program` checks."""
    schema = _without_null(ProgramDocument.model_json_schema(mode="validation"))
    for level, keys in NOTED_KEYS.items():
        place = schema["$defs"][GROUPS[level].__name__] if level else schema
        place["properties"] |= {key: {"description": _NOTED} for key in sorted(keys)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:passaparola:program",
        **schema,
        "title": "passaparola program",
    }


@cache
def schema_text() -> str:
    """The text of schema.json. After a change of the model write it there: a test compares the two."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _without_null(schema: Any) -> Any:
    """A key is left out, never null; so no `null` among the choices and none as a default."""
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
    choices = [item for item in kept.get("anyOf", []) if item != {"type": "null"}]
    if len(choices) == 1:
        kept = {**choices[0], **{key: value for key, value in kept.items() if key != "anyOf"}}
    elif choices:
        kept["anyOf"] = choices
    return {key: _without_null(value) for key, value in kept.items() if key != "title" or not isinstance(value, str)}
