"""What a new program file changes in an old one: key by key, in values and in the sentences of what it promises."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import orjson

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.describe import describe
from passaparola.domain.programs.reader import read_program
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.tree import Plain, plain
from passaparola.domain.tongue import EXACT, Tongue

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value: `rewards[advocate-credit].amount` from 5.00 to 7.00. None: it is not there."""

    path: str
    before: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key of the file: its values that differ, and the sentences that are said no more and that are said now."""

    key: str
    kind: Kind
    values: tuple[ValueChange, ...]
    said_before: tuple[str, ...]
    said_now: tuple[str, ...]


def changes_of(before: str, now: str, tongue: Tongue = EXACT) -> tuple[KeyChange, ...]:
    """The keys that differ between two files that can be read, in the order of the new one. Remarks and spacing are no change.

    A key's sentences are those that differ when it alone is changed; where that gives no program, those that nothing else explains.
    """
    old, new = _values(before), _values(now)
    keys = [key for key in (*new, *(k for k in old if k not in new)) if old.get(key) != new.get(key)]
    then, since = _lines(_program(before), tongue), _lines(_program(now), tongue)
    alone = {key: _lines(_with(old, new, key), tongue) for key in keys}
    told = {line for lines in alone.values() if lines for line in lines}
    gone = [line for lines in alone.values() if lines for line in then if line not in lines]
    found = []
    for key in keys:
        lines = alone[key]
        if lines:
            said_before = [line for line in then if line not in lines]
            said_now = [line for line in lines if line not in then]
        else:
            said_before = [line for line in then if line not in since and line not in gone]
            said_now = [line for line in since if line not in then and line not in told]
        values = tuple(_differing(key, old.get(key), new.get(key)))
        found.append(KeyChange(key, _kind(key, old, new), values, tuple(said_before), tuple(said_now)))
    return tuple(found)


def _kind(key: str, old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Kind:
    if key not in old:
        return "added"
    return "removed" if key not in new else "changed"


def _values(text: str) -> dict[str, Plain]:
    root, _ = read_yaml(text, "program.yaml")
    found = plain(root) if root is not None else {}
    return found if isinstance(found, dict) else {}


def _program(text: str) -> Program | None:
    program, _ = read_program(text, key="0" * 32, version=1, effective_from=0)
    return program


def _with(old: dict[str, Plain], new: dict[str, Plain], key: str) -> Program | None:
    """The old program with this key as the new one has it."""
    mixed = {k: v for k, v in old.items() if k != key}
    if key in new:
        mixed[key] = new[key]
    return _program(_yaml(mixed))


def _lines(program: Program | None, tongue: Tongue) -> list[str]:
    return describe(program, tongue).split("\n") if program is not None else []


def _yaml(value: Plain) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_yaml(key)}: {_yaml(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_yaml(part) for part in value) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return orjson.dumps(value).decode()
    return str(value)


def _differing(path: str, before: Plain, now: Plain) -> Iterator[ValueChange]:
    if before == now:
        return
    old, new = _parts(before), _parts(now)
    if not old and not new:
        yield ValueChange(path, _shown(before), _shown(now))
        return
    for name in (*new, *(n for n in old if n not in new)):
        yield from _differing(f"{path}{name}", old.get(name), new.get(name))


def _parts(value: Plain) -> dict[str, Plain]:
    """What a group or a list holds, by the rest of its path; items of a list are known by their id."""
    if isinstance(value, dict):
        return {f".{key}": part for key, part in value.items()}
    if isinstance(value, list):
        return {f"[{_name(part, n)}]": part for n, part in enumerate(value)}
    return {}


def _name(part: Plain, place: int) -> str:
    known = part.get("id") if isinstance(part, dict) else None
    return known if isinstance(known, str) else str(place)


def _shown(value: Plain) -> str | None:
    return value if value is None or isinstance(value, str) else _yaml(value)
