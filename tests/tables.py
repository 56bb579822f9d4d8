"""Read the worked tables of `docs/rules/`: each table with its heading, and the program files above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RULES = Path(__file__).parents[1] / "docs" / "rules"


@dataclass(frozen=True)
class Row:
    """One line of a worked table: where it stands, the programs that count for it, and its cells by column."""

    page: str
    heading: str
    line: int
    programs: tuple[str, ...]
    cells: dict[str, str]

    @property
    def name(self) -> str:
        return f"{self.page}:{self.line} {self.heading}"


def rows_of(page: str) -> list[Row]:
    """Every row of every table of a page, in order. A program file counts from its place until the next one."""
    return list(_rows(page, (RULES / page).read_text(encoding="utf-8").splitlines()))


def _rows(page: str, lines: list[str]) -> Iterator[Row]:
    heading = ""
    programs: tuple[str, ...] = ()
    columns: list[str] | None = None
    program: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if program is not None:
            if line.startswith("```"):
                programs, program = ("\n".join(program) + "\n",), None
            else:
                program.append(line)
        elif line.startswith("```yaml"):
            program = []
        elif line.startswith("#"):
            heading, columns = line.lstrip("# "), None
        elif not line.startswith("|"):
            columns = None
        elif columns is None:
            columns = _cells(line)
        elif not re.fullmatch(r"[|\s:-]+", line):
            yield Row(page, heading, number, programs, dict(zip(columns, _cells(line), strict=True)))


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
