"""Writes docs/programs-by-example.md from the JSON Schema, the gallery and the shipped files: `make docs`."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from passaparola.domain.programs.document import GROUPS
from passaparola.domain.programs.gallery import GALLERY
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.schema import schema_text
from passaparola.domain.programs.tree import Plain, plain
from passaparola.domain.programs.vocabulary import NOTED_KEYS

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "programs-by-example.md"
FILES = ROOT / "examples" / "programs"
LONGEST = 110
HEAD = """\
# The program file by example

Written by `make docs` from the JSON Schema and the files in [examples/programs](../examples/programs); a test fails when it is stale.
The guide, with what goes together and what a check says, is [the program file](programs.md).

- [Every key, with a line from a shipped file](#every-key)
- [Known, and not acted on yet](#known-and-not-acted-on-yet)
- [The shipped files](#the-shipped-files)

## Every key
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, *(_group(level) for level in GROUPS), _not_yet(), "## The shipped files\n", *_shipped()]
    return "\n".join(parts)


def _group(level: str) -> str:
    """One group of keys: what each says, and a shipped line with it."""
    schema = _schema_of(level)
    lines = [
        f"### {level or 'Top'}",
        "",
        schema.get("description", ""),
        "",
        "| key | what it says | in a shipped file |",
    ]
    lines.append("|---|---|---|")
    for key, says in schema["properties"].items():
        if key not in NOTED_KEYS.get(level, ()):
            lines.append(f"| `{key}` | {_cell(_meaning(key, says, schema))} | {_cell(_example(level, key))} |")
    return "\n".join(lines) + "\n"


def _schema_of(level: str) -> dict[str, Any]:
    schema = orjson.loads(schema_text())
    found: dict[str, Any] = schema["$defs"][GROUPS[level].__name__] if level else schema
    return next((one for one in found["anyOf"] if "properties" in one), found) if "anyOf" in found else found


def _meaning(key: str, says: dict[str, Any], schema: dict[str, Any]) -> str:
    found = str(says["description"])
    if words := says.get("enum"):
        found += " One of: " + ", ".join(f"`{word}`" for word in words) + "."
    if "minimum" in says and "maximum" in says:
        found += f" From {says['minimum']} to {says['maximum']}."
    return f"{found} Required." if key in schema.get("required", ()) else found


def _example(level: str, key: str) -> str:
    """The shortest of the shipped lines that hold the key, and its file."""
    found = sorted(
        ((len(line), name, line) for name, values in _values().items() for line in _lines(values, level, key)),
        key=lambda one: (one[0] < len(key) + 4, *one),
    )
    if not found:
        return ""
    _, name, line = found[0]
    return f"`{line}` in [{name}](#{name})"


def _lines(values: Plain, level: str, key: str) -> Iterator[str]:
    for group in _at(values, level.split(".") if level else []):
        if key in group:
            line = f"{key}: {_written(group[key])}"
            yield line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _at(value: Plain, steps: list[str]) -> Iterator[dict[str, Plain]]:
    """The groups at a level; lists are gone through."""
    if isinstance(value, list):
        for part in value:
            yield from _at(part, steps)
    elif isinstance(value, dict):
        if not steps:
            yield value
        elif steps[0] in value:
            yield from _at(value[steps[0]], steps[1:])


@cache
def _values() -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for template in GALLERY:
        root, _ = read_yaml((FILES / f"{template.name}.yaml").read_text(encoding="utf-8"), template.name)
        found[template.name] = plain(root) if root is not None else {}
    return found


def _written(value: Plain) -> str:
    """A value in one line of YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        plain_word = value.replace("_", "").replace("-", "").isalnum() and not value[0].isdigit()
        return value if plain_word else orjson.dumps(value).decode()
    return format(value, "f") if isinstance(value, Decimal) else orjson.dumps(value).decode()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


NOTED = """\
## Known, and not acted on yet

These keys change no reward. A file may hold them, and the check warns by the name `not_yet`.

| key | in the shipped files |
|---|---|"""


def _not_yet() -> str:
    """What a file may say that is not acted on, and which shipped files say it."""
    lines = [NOTED]
    for level, keys in NOTED_KEYS.items():
        for key in sorted(keys):
            files = ", ".join(f"[{name}](#{name})" for name in _holding(level, key))
            lines.append(f"| `{f'{level}.{key}'.lstrip('.')}` | {files} |")
    return "\n".join(lines) + "\n"


def _holding(level: str, key: str) -> list[str]:
    steps = level.split(".") if level else []
    return [name for name, values in _values().items() if any(key in group for group in _at(values, steps))]


def _shipped() -> Iterator[str]:
    """Each shipped file with its point."""
    for template in GALLERY:
        text = (FILES / f"{template.name}.yaml").read_text(encoding="utf-8")
        yield f"### {template.name}\n\n{template.point}\n\n```yaml\n{text.strip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
