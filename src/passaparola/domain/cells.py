"""Cells of tables that people open in a spreadsheet."""

from collections.abc import Iterable, Sequence

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """A value as text that no spreadsheet takes for a formula: what could begin one has an apostrophe before it."""
    text = "" if value is None else str(value)
    if text.lstrip(" ").startswith(_BEGINS_FORMULA):
        text = f"'{text}"
    return text.replace("\0", "")


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV by RFC 4180: lines end with CRLF, cells are safe and quoted where they must be."""
    lines = [heads, *([safe_cell(cell) for cell in row] for row in rows)]
    return "".join(f"{','.join(_quoted(cell) for cell in line)}\r\n" for line in lines)


def _quoted(cell: str) -> str:
    return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(c in cell for c in '",\r\n') else cell
