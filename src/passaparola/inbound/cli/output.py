"""How results are shown: a table for people, JSON for programs. Results go to standard output, everything else to standard error."""

from collections.abc import Sequence
from typing import Any

import click
import orjson

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def say_json(value: Any) -> None:
    """The result for a program, indented, keys in their order."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def warn(text: str) -> None:
    """A remark for people, to standard error."""
    click.echo(text, err=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Columns in line; numbers to the right."""
    cells = [[_text(c) for c in row] for row in rows]
    widths = [max(len(h), *(len(row[i]) for row in cells)) if cells else len(h) for i, h in enumerate(heads)]
    right = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(heads))]
    lines = [_line(heads, widths, right), _line(["─" * w for w in widths], widths, right)]
    return "\n".join([*lines, *(_line(row, widths, right) for row in cells)])


def _text(cell: Any) -> str:
    if cell is None:
        return "–"
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    aligned = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(cells, widths, right, strict=True))
    return "  ".join(aligned).rstrip()
