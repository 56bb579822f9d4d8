"""Reads a file of records line by line, in bounded memory: JSON lines or CSV, each record with its line number and its raw bytes."""

import csv
import json
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from passaparola.domain.events.facts import fact_of_cell
from passaparola.domain.values import value

FACTS = "facts"  # a column each, such as facts.plan
Fact = Callable[[str, str], str | int | bool]  # name and text of a cell → the fact
LONGEST_LINE = 1 << 20
_JSON_ENDINGS, _CSV_ENDINGS = {".jsonl", ".ndjson", ".json"}, {".csv", ".tsv"}
_BOM = b"\xef\xbb\xbf"


class UnableToReadFile(ValueError):
    """The file as a whole cannot be read; the message says why and how to mend it."""


@value(frozen=True, slots=True)
class Record:
    """One record: the number of its first line, its bytes as they stand in the file, and its object or what is wrong with it."""

    line: int
    raw: bytes
    value: Any = None
    problem: str | None = None


class RecordFile:
    """Iterates over the records of a file. `kind` is "jsonl" or "csv"; `header` the CSV header's bytes; `position` how far it is read."""

    def __init__(self, path: Path, fields: frozenset[str], fact: Fact = fact_of_cell):
        self.path, self.fields, self.fact = path, fields, fact
        self.position, self.size = 0, path.stat().st_size
        self.header = b""
        self._number = 0
        self._again: deque[tuple[int, bytes]] = deque()
        self._file: BinaryIO = path.open("rb")
        try:
            self.kind = self._kind()
        except UnableToReadFile:
            self._file.close()
            raise

    def __enter__(self) -> "RecordFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Record]:
        return self._json_records() if self.kind == "jsonl" else self._csv_records()

    def _kind(self) -> str:
        ending = self.path.suffix.lower()
        start = self._file.read(4096)
        self._file.seek(0)
        text = start.removeprefix(_BOM).lstrip()
        if text[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in start:
            raise UnableToReadFile(f"{self.path} is not UTF-8 text. Save it as UTF-8 (not UTF-16, not .xlsx)")
        if text[:1] == b"[":
            raise UnableToReadFile(
                f"{self.path} holds one JSON list. Write one object a line instead: jq -c '.[]' in.json > out.jsonl"
            )
        if ending in _JSON_ENDINGS or (ending not in _CSV_ENDINGS and text[:1] == b"{"):
            return "jsonl"
        return "csv"

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """(number, bytes) of each line; the bytes behind LONGEST_LINE are dropped, which the reader then reports."""
        while True:
            if self._again:
                yield self._again.popleft()
                continue
            line = self._file.readline(LONGEST_LINE + 1)
            if not line:
                return
            self._number += 1
            self.position += len(line)
            rest = line
            while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
                rest = self._file.readline(LONGEST_LINE + 1)
                self.position += len(rest)
            yield self._number, line.removeprefix(_BOM) if self._number == 1 else line

    # -- JSON lines ---------------------------------------------------------------------------------------------------------

    def _json_records(self) -> Iterator[Record]:
        for number, line in self._lines():
            text = line.strip()
            if not text:
                continue
            problem = _unreadable(line)
            if problem is not None:
                yield Record(number, line, problem=problem)
                continue
            try:
                yield Record(number, line, _object(text))
            except (
                ValueError,
                TypeError,
                RecursionError,
            ) as wrong:  # TypeError: read, and too deep to be written again
                yield Record(number, line, problem=f"is no JSON object: {wrong}")

    # -- CSV ----------------------------------------------------------------------------------------------------------------

    def _csv_records(self) -> Iterator[Record]:
        raw: list[tuple[int, bytes]] = []

        def decoded() -> Iterator[str]:
            for number, line in self._lines():
                raw.append((number, line))
                yield line.decode("utf-8", "surrogateescape")

        lines = decoded()
        columns, delimiter = self._columns(lines)
        self.header = b"".join(line for _, line in raw)
        raw.clear()
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as wrong:
                number, first = raw[0]
                self._again.extendleft(reversed(raw[1:]))  # an open quote swallows lines that may be right
                reader = csv.reader(decoded(), delimiter=delimiter, strict=True)
                raw.clear()
                yield Record(number, first, problem=f"is no CSV: {wrong}. Are the quotes in pairs?")
                continue
            number, joined = raw[0][0] if raw else 0, b"".join(line for _, line in raw)
            raw.clear()
            if any(cell.strip() for cell in cells):
                yield _row(number, joined, columns, cells, self.fact)

    def _columns(self, lines: Iterator[str]) -> tuple[list[str], str]:
        first = next((line for line in lines if line.strip()), None)
        if first is None:
            return [], ","
        names = self.fields
        try:
            split = {d: [c.strip() for c in next(csv.reader([first], delimiter=d))] for d in ",;\t"}
        except csv.Error as wrong:
            raise UnableToReadFile(f"{self.path}, line 1: the header is no CSV: {wrong}") from None
        delimiter = max(split, key=lambda d: sum(_plain(c) in names for c in split[d]))
        columns = split[delimiter]
        unknown = [c for c in columns if _plain(c) not in names]
        if unknown:
            raise UnableToReadFile(
                f"{self.path}, line 1: the header has {', '.join(map(repr, unknown[:5]))}, which is no field. "
                f"The fields are {', '.join(sorted(names))}; person.email and the like are fields as well"
            )
        twice = sorted({c for c in columns if columns.count(c) > 1})
        if twice:
            raise UnableToReadFile(f"{self.path}, line 1: the header has {', '.join(map(repr, twice))} twice")
        return columns, delimiter


def _plain(column: str) -> str:
    return column.partition(".")[0]


def _unreadable(line: bytes) -> str | None:
    if len(line) > LONGEST_LINE:
        return f"is longer than {LONGEST_LINE} bytes"
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        return f"is not UTF-8: byte {wrong.start + 1} is 0x{line[wrong.start]:02x}. Save the file as UTF-8"
    return None


def _object(text: bytes) -> Any:
    """The object of one line. A key written twice is an error: nobody knows which one was meant."""
    found = orjson.loads(text)
    if not isinstance(found, dict):
        raise ValueError("write one object a line")  # noqa: TRY004  the caller reports a line, whatever is wrong with it
    if len(orjson.dumps(found)) != len(text):  # spaces or escapes, or a key that was lost
        json.loads(text, object_pairs_hook=_single)
    return found


def _single(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is written twice")
    return found


def _row(number: int, raw: bytes, columns: list[str], cells: list[str], fact: Fact) -> Record:
    problem = _unreadable(raw)
    if problem is None and len(cells) != len(columns):
        problem = f"has {len(cells)} cells where the header has {len(columns)}"
    if problem is not None:
        return Record(number, raw, problem=problem)
    told: dict[str, Any] = {}
    for column, cell in sorted(zip(columns, cells, strict=True)):
        text = cell.strip()
        name, dot, part = column.partition(".")
        if not text:
            continue
        if not dot:
            told[name] = text
        elif name == FACTS and not isinstance(told.get(name, {}), dict):
            return Record(number, raw, problem="has a column facts: write one for each, such as facts.plan")
        elif isinstance(known := told.get(name, {}), dict):
            told[name] = {**known, part: fact(part, text) if name == FACTS else text}
        else:
            told[name] = {"customer_id": known, part: text}
    return Record(number, raw, told)
