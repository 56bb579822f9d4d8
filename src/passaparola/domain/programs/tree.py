"""The values of a YAML file with their places. Numbers are exact: 5.00 is read from its text, never as a float."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from passaparola.domain.programs.findings import NOTHING, quoted, shown

Scalar = str | int | bool | Decimal | None
Place = tuple[int, int]
Plain = Scalar | dict[str, "Plain"] | list["Plain"]
Step = str | int
Path = tuple[Step, ...]

_WHOLE = re.compile(r"[-+]?[0-9]{1,30}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,30}\.[0-9]{1,30}")
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True)
class Node:
    """A value and where it begins, counted from 1. `keys` says where each key of a mapping stands."""

    place: Place
    value: "Scalar | dict[str, Node] | list[Node]"
    text: str = ""
    keys: dict[str, Place] = field(default_factory=dict)

    def found(self) -> str:
        """The value in words, for a finding."""
        if isinstance(self.value, dict):
            return "a group of keys"
        if isinstance(self.value, list):
            return "a list"
        return NOTHING if self.value is None else quoted(self.text)

    def child(self, step: Step) -> "Node | None":
        """The value one step down, or None."""
        if isinstance(self.value, dict) and isinstance(step, str):
            return self.value.get(step)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None


def scalar(text: str, *, bare: bool) -> Scalar:
    """The value of a YAML 1.2 scalar; in quotes it is always text. Notations such as 0x10 or 1e3 stay text."""
    if not bare:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def plain(node: Node) -> Plain:
    """The values without their places. Keys without a value are left out."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items() if child.value is not None}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def descend(root: Node, path: Path) -> tuple[Node, int]:
    """The deepest value on a path that exists, and how many steps were taken."""
    node = root
    for taken, step in enumerate(path):
        below = node.child(step)
        if below is None:
            return node, taken
        node = below
    return node, len(path)


def empty_values(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every key or list item that has no value."""
    if node.value is None:
        yield path, node
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from empty_values(child, (*path, key))
    elif isinstance(node.value, list):
        for index, child in enumerate(node.value):
            yield from empty_values(child, (*path, index))


def path_text(path: Path) -> str:
    """`rewards[0].amount`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return text.removeprefix(".")
