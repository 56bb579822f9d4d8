"""From YAML text to values with their places. Reading is bounded: size, depth, number of values, and no anchors."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from passaparola.domain.programs.findings import NOTHING, Finding, FindingReason, Wrong, located, quoted, shown
from passaparola.domain.programs.tree import Node, Path, Place, path_text, scalar

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 5_000

_ONE_PROGRAM = "keep one program to a file and leave data out of it"
_TOO_LARGE = Wrong(FindingReason.TOO_LARGE, "at most 256 KiB", _ONE_PROGRAM, "a larger file")
_TOO_MANY = Wrong(FindingReason.TOO_LARGE, f"at most {MAX_VALUES} values", _ONE_PROGRAM, "more values")
_TOO_DEEP = Wrong(FindingReason.TOO_DEEP, f"at most {MAX_DEPTH} levels", "use fewer levels of groups", "one level more")
_SEVERAL = Wrong(FindingReason.SEVERAL_DOCUMENTS, "one document", f"{_ONE_PROGRAM}; remove this `---`", "a second one")
_EMPTY = Wrong(FindingReason.EMPTY_FILE, "a program", "begin with a file from examples/programs", NOTHING)
_ANCHOR = Wrong(FindingReason.ANCHOR, "values without anchors and aliases", "write the value out, or put it in quotes")
_TAG = Wrong(FindingReason.TAG, "values without tags", 'leave the tag out; for text use quotes, as in "5"')
_MENDS = (  # a part of the parser's complaint, and what mends it
    ("'\\t'", "indent with spaces; YAML does not take tabs there"),
    ("mapping values are not allowed", 'put quotes around a text that has ": " in it, or mend the indentation'),
    ("could not find expected ':'", "write a colon and a space after the key, as in `currency: USD`"),
    ("quoted scalar", "close the quotes"),
    ("block mapping", "let keys of one group begin in the same column"),
    ("block collection", "let the dashes of one list begin in the same column"),
    ("flow", "close the bracket or brace, and put commas between the values"),
    ("cannot start any token", "put quotes around a text that begins with this character"),
)
_MEND = "look at this line and the one above: indentation, a missing colon, an open quote or bracket"


class _Stopped(Exception):
    """Reading cannot go on; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.sentence())
        self.finding = finding


def read_yaml(text: str, source: str) -> tuple[Node | None, list[Finding]]:
    """The values of one YAML 1.2 document with their places, and what is wrong with the text. Never raises."""
    builder = _Builder(text.removeprefix("\ufeff"), source)
    try:
        return builder.document(), builder.findings
    except _Stopped as stop:
        return None, [*builder.findings, stop.finding]


class _Builder:
    """Builds the values of one document and collects what is wrong on the way."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.findings: list[Finding] = []
        self.values = 0
        self.events: Iterator[Any] = iter(())

    def document(self) -> Node | None:
        self._bound_size()
        self.events = YAML(typ="safe", pure=True).parse(self.text)
        root: Node | None = None
        while (event := self._next()) is not None:
            if isinstance(event, DocumentStartEvent) and root is not None:
                self._stop(_place(event), _SEVERAL)
            if isinstance(event, NodeEvent):
                root = self._node(event, (), 0)
        if root is None or root.value is None:
            self._stop((1, 1), _EMPTY)
        return root

    def _next(self) -> Any:
        """The next event, or None at the end. Events are read one by one: that is what bounds a hostile file."""
        try:
            return next(self.events, None)
        except MarkedYAMLError as error:
            self._broken(error)
        except ReaderError as error:
            self._unprintable(error)
        except Exception:  # noqa: BLE001
            # The parser lets others through, such as OverflowError for "\UFFFFFFFF". To a reader the file is broken.
            self._syntax(self._escape(), "a character that does not exist", "write the character itself")

    def _node(self, event: Any, path: Path, depth: int) -> Node:
        self._bound(event, path, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, path, depth)
        return Node(_place(event), scalar(event.value, bare=event.style is None), event.value)

    def _mapping(self, start: Any, path: Path, depth: int) -> Node:
        children: dict[str, Node] = {}
        node = Node(_place(start), children)
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._key(event, path, depth)
            value = self._node(self._next(), (*path, key or "?"), depth + 1)
            if key is None:
                continue
            if key in children:
                once = f"each key once (line {node.keys[key][0]} has it already)"
                wrong = Wrong(FindingReason.DUPLICATE_KEY, once, "remove one of the two", quoted(key))
                self._add(_place(event), wrong, (*path, key))
                continue
            children[key], node.keys[key] = value, _place(event)
        return node

    def _key(self, event: Any, path: Path, depth: int) -> str | None:
        node = self._node(event, path, depth + 1)
        if isinstance(event, ScalarEvent) and node.text:
            return node.text
        self._add(node.place, Wrong(FindingReason.BAD_KEY, "a word as key", "write `key: value`", node.found()), path)
        return None

    def _sequence(self, start: Any, path: Path, depth: int) -> Node:
        children: list[Node] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            children.append(self._node(event, (*path, len(children)), depth + 1))
        return Node(_place(start), children)

    def _bound_size(self) -> None:
        if len(self.text) > MAX_BYTES or len(self.text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            self._stop((1, 1), _TOO_LARGE)

    def _bound(self, event: Any, path: Path, depth: int) -> None:
        self.values += 1
        if isinstance(event, AliasEvent) or event.anchor is not None:
            sign = "*" if isinstance(event, AliasEvent) else "&"
            self._stop(_place(event), replace(_ANCHOR, found=quoted(f"{sign}{event.anchor}")), path)
        if depth >= MAX_DEPTH:
            self._stop(_place(event), _TOO_DEEP, path)
        if self.values > MAX_VALUES:
            self._stop(_place(event), _TOO_MANY, path)
        if event.tag is not None:
            self._add(_place(event), replace(_TAG, found=quoted(str(event.tag))), path)

    def _broken(self, error: MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        complaint = f"{error.context or ''} {error.problem or ''}".strip()
        mend = next((mend for sign, mend in _MENDS if sign in complaint), _MEND)
        self._syntax(place, str(error.problem or complaint), mend)

    def _unprintable(self, error: ReaderError) -> NoReturn:
        before = self.text[: error.position]
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = f"the control character U+{ord(self.text[error.position]):04X}"
        mend = "remove this character and save the file as UTF-8 text"
        self._stop(place, Wrong(FindingReason.NOT_YAML, "printable text", mend, found))

    def _syntax(self, place: Place, complaint: str, mend: str) -> NoReturn:
        lines = self.text.splitlines()
        line = lines[place[0] - 1].strip() if place[0] <= len(lines) else ""
        found = quoted(line) if line else "the end of the file" if place[0] >= len(lines) else "an empty line"
        expected = f"readable YAML (the parser says: {shown(complaint, 120)})"
        self._stop(place, Wrong(FindingReason.NOT_YAML, expected, mend, found))

    def _escape(self) -> Place:
        """Where the first escape stands that may name a character that does not exist."""
        before = self.text.partition("\\U")[0]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def _add(self, place: Place, wrong: Wrong, path: Path = ()) -> None:
        self.findings.append(located(wrong, place, path_text(path), self.source))

    def _stop(self, place: Place, wrong: Wrong, path: Path = ()) -> NoReturn:
        raise _Stopped(located(wrong, place, path_text(path), self.source))


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1
