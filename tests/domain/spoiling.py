"""Strategies: shipped program files that somebody spoiled, and files made up from the words of the JSON Schema.

A file is kept as a tree that can say more than YAML's values: a group is a list of (key, value), so that a key can stand twice, and a
value is its text, so that it can be any.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from hypothesis import strategies as st

from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.schema import schema_text
from passaparola.domain.programs.tree import Plain, plain
from tests.domain.program_files import EXAMPLES

HARD = [
    "-1",
    "0",
    "9" * 400,
    "1e999",
    ".nan",
    "-.inf",
    "0x1F",
    "1_000",
    "0.000001",
    "1 GB",
    "2026-02-30",
    "12-31",
    "~",
    "''",
    '""',
]
HARD += [
    "true",
    "'true'",
    "&a 1",
    "*a",
    "!!float 1",
    "<<",
    "[]",
    "{}",
    "[1, [2]]",
    "{a: {b: c}}",
    "- x",
    "a: b: c",
    "'",
    '"\\UFFFFFFFF"',
]
HARD += [
    "\u0663\u066b\u0665",
    "\u0645\u0631\u062d\u0628\u0627",
    '"\\u202e\\u0007"',
    "\U0001f600",
    "\x00",
    "\ufeff",
    "[" * 40 + "]" * 40,
]
HARD += [
    "{a: " * 15 + "1" + "}" * 15,
    "'order.amount_minor >'",
    "'x > 1'",
    "1.005",
    "100.01",
    "unlimited",
    "https://ada@shop.example",
]


@dataclass
class Group:
    """A group of keys as written: a key may stand twice."""

    pairs: list[tuple[str, Any]] = field(default_factory=list)


Written = Group | list[Any] | str


def tree_of(value: Plain) -> Written:
    """The tree of values that were read."""
    if isinstance(value, dict):
        return Group([(key, tree_of(part)) for key, part in value.items()])
    if isinstance(value, list):
        return [tree_of(part) for part in value]
    return format(value, "f") if isinstance(value, Decimal) else orjson.dumps(value).decode()


def text_of(tree: Written) -> str:
    """The tree as YAML: the top in lines, what is below in one line each."""
    if not isinstance(tree, Group):
        return _flow(tree) + "\n"
    return "".join(f"{key}: {_flow(part)}\n" for key, part in tree.pairs)


def _flow(tree: Written) -> str:
    if isinstance(tree, Group):
        return "{" + ", ".join(f"{key}: {_flow(part)}" for key, part in tree.pairs) + "}"
    return "[" + ", ".join(map(_flow, tree)) + "]" if isinstance(tree, list) else tree


@cache
def shipped() -> dict[str, Plain]:
    """The values of the shipped files by their names."""
    found = {}
    for path in EXAMPLES:
        root, findings = read_yaml(path.read_text(encoding="utf-8"), path.name)
        assert root is not None, findings
        found[path.stem] = plain(root)
    return found


def nodes(tree: Written) -> list[Group | list[Any]]:
    """Every group and list of a tree that holds something, from the top down."""
    if isinstance(tree, str):
        return []
    parts = [part for _, part in tree.pairs] if isinstance(tree, Group) else tree
    return [tree] * bool(parts) + [node for part in parts for node in nodes(part)]


@cache
def the_schema() -> dict[str, Any]:
    """The published JSON Schema."""
    found: dict[str, Any] = orjson.loads(schema_text())
    return found


@cache
def vocabulary() -> tuple[str, ...]:
    """Every key of the schema."""
    schema = the_schema()
    groups = [schema, *(choice for group in schema["$defs"].values() for choice in group.get("anyOf", [group]))]
    return tuple(sorted({key for group in groups for key in group.get("properties", {})}))


WAYS = ("drop", "double", "rename", "replace", "replace", "replace", "transplant", "insert", "wrap", "deepen")


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A shipped file with one to three faults."""
    files = shipped()
    names = st.sampled_from(tuple(files))
    tree = tree_of(files[draw(names)])
    for _ in range(draw(st.integers(1, 3))):
        node = draw(st.sampled_from(nodes(tree) or [Group([("program", "x")])]))
        other = draw(st.sampled_from(nodes(tree_of(files[draw(names)]))))
        _spoil(draw, node, other)
    return text_of(tree)


def _spoil(draw: st.DrawFn, node: Group | list[Any], other: Group | list[Any]) -> None:
    way = draw(st.sampled_from(WAYS))
    holds: list[Any] = node.pairs if isinstance(node, Group) else node
    at = draw(st.integers(0, len(holds) - 1)) if holds else 0
    key = holds[at][0] if isinstance(node, Group) and holds else ""
    if way == "insert" and isinstance(node, Group):
        holds.append((draw(st.sampled_from(vocabulary())), draw(st.sampled_from(HARD))))
    elif not holds:
        return
    elif way == "drop":
        del holds[at]
    elif way == "double":
        holds.append(holds[at])
    elif way == "rename" and key:
        holds[at] = (draw(st.sampled_from((key + "s", key[1:] or "?", key.upper(), *vocabulary()))), holds[at][1])
    else:
        value = holds[at][1] if key else holds[at]
        new = _instead(draw, way, value, other)
        holds[at] = (key, new) if key else new


def _instead(draw: st.DrawFn, way: str, value: Written, other: Group | list[Any]) -> Written:
    if way == "wrap":
        return [value]
    if way == "deepen":
        for _ in range(draw(st.integers(1, 14))):
            value = Group([("a", value)])
        return value
    return other if way == "transplant" else draw(st.sampled_from(HARD))


# -- from the schema ----------------------------------------------------------------------------------------------------------

TEXTS = {  # by a part of the pattern, or of the examples
    "{1,64}": ("a", "share", "fifth", "0"), "[A-Z]{3}": ("EUR", "USD", "JPY", "XXX"), "[0-9]{2}-[0-9]{2}": ("12-01", "2026-12-01", "02-30"),
    "^https?": ("https://shop.example/", "http://x"), "new(": ("new_customer", "new_rider"), "[a-z0-9_-]{1,32}": ("ride", "meeting"),
    "Europe": ("Europe/Rome", "Etc/UTC", "Mars/Base"), "MB": ("MB", "SEATS", "EUR"), "shop.example": ("shop.example", "*"),
    "[0-9]{1,15}": ("5.00", '"7.50"', "20", "0.001"),
}  # fmt: skip
CONDITIONS = (
    "'weekday >= 4'",
    "'order.amount_minor >= 1000'",
    "'person.nps >= 9'",
    "'ordr.amount > 1'",
    "'1 + 1'",
    "'true'",
)


@st.composite
def made_up(draw: st.DrawFn) -> str:
    """A file that has the keys and words of the schema, each where it may stand; what goes together is left to chance."""
    schema = the_schema()
    tree = draw(_of(schema, schema["$defs"], 0))
    assert isinstance(tree, Group)
    return text_of(tree)


@st.composite
def _of(draw: st.DrawFn, schema: dict[str, Any], known: dict[str, Any], depth: int) -> Written:
    if "$ref" in schema:
        return draw(_of(known[schema["$ref"].rsplit("/", 1)[1]], known, depth))
    if "anyOf" in schema:
        return draw(_of(draw(st.sampled_from(schema["anyOf"])), known, depth))
    if schema.get("type") == "object":
        return draw(_group(schema, known, depth))
    if schema.get("type") == "array":
        most = 3 if depth == 1 else 2
        return [draw(_of(schema["items"], known, depth + 1)) for _ in range(draw(st.integers(1, most)))]
    return draw(_scalar(schema))


@st.composite
def _group(draw: st.DrawFn, schema: dict[str, Any], known: dict[str, Any], depth: int) -> Group:
    properties = schema["properties"]
    needed = [key for key in properties if key in schema.get("required", ())]
    further = [key for key in properties if key not in needed]
    most = draw(st.sampled_from((0, 1, 3)))
    chosen = draw(st.lists(st.sampled_from(further), max_size=most, unique=True)) if further else []
    one_worth = ["amount"] if "amount" in further and draw(st.booleans()) else []
    keys = [key for key in properties if key in (*needed, *chosen, *one_worth)]
    return Group([(key, draw(_of(properties[key], known, depth + 1))) for key in keys])


def _scalar(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    return st.sampled_from(_choices(schema))


def _choices(schema: dict[str, Any]) -> tuple[str, ...]:
    if "enum" in schema or "const" in schema:
        return tuple(map(str, schema.get("enum", [schema.get("const")])))
    match schema.get("type"):
        case "boolean":
            return ("true", "false")
        case "integer":
            low, high = schema.get("minimum", 0), schema.get("maximum", 10**9)
            return tuple(map(str, (low, low + 1, (low + high) // 2, high)))
        case "number":
            return ("1", "5", "5.00", "12.5", "50", "100")
    hints = [schema.get("pattern", ""), *map(str, schema.get("examples", ()))]
    fitting = (texts for sign, texts in TEXTS.items() if any(sign in hint for hint in hints))
    return next(fitting, (*CONDITIONS, "Any", "Ada", "2026-12-01", "1"))
