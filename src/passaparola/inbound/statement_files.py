"""A person's statement as JSON and as a file for a spreadsheet: what was owed, what moved, and what is owed then."""

from collections.abc import Iterator, Sequence
from typing import Any

from passaparola.analytics.owing import Statement, StatementLine
from passaparola.domain.cells import csv_text
from passaparola.domain.instant import iso
from passaparola.domain.money import decimal_text
from passaparola.domain.units import is_currency

_SUMS = {
    "issue": ("earned", 1),
    "reverse": ("reversed", -1),
    "spend": ("paid", -1),
    "return": ("returned", 1),
    "expire": ("lapsed", -1),
}
_HEADS = (
    "currency",
    "at",
    "what",
    "program",
    "kind",
    "reward",
    "reference",
    *(name for name, _ in _SUMS.values()),
    "balance",
)


def statement_document(said: Statement) -> dict[str, Any]:
    """One currency of a statement, as the API gives it. Opening, earned, taken back, paid and lapsed make the closing."""
    return {
        "currency": said.unit,
        "opening_minor": said.opening,
        "earned_minor": said.sum_of("issue"),
        "taken_back_minor": -said.sum_of("reverse"),
        "paid_minor": -(said.sum_of("spend") + said.sum_of("return")),
        "lapsed_minor": -said.sum_of("expire"),
        "closing_minor": said.closing,
        "lines": [_line(line) for line in said.lines],
    }


def statement_csv(statements: Sequence[Statement]) -> str:
    """A line for what was owed before, one for each move in the column of its sort, and one with the sums and what is owed then."""
    return csv_text(_HEADS, [row for said in statements for row in _rows(said)])


def _rows(said: Statement) -> Iterator[tuple[str, ...]]:
    balance = said.opening
    yield _row(said, ("", "opening", "", "", "", ""), {}, balance)
    for line in said.lines:
        balance += line.amount
        name, sign = _SUMS[line.what]
        what = (iso(line.at), name, line.program, line.kind, f"rwd_{line.reward}", line.reference)
        yield _row(said, what, {name: sign * line.amount}, balance)
    sums = {name: sign * said.sum_of(what) for what, (name, sign) in _SUMS.items()}
    yield _row(said, ("", "closing", "", "", "", ""), sums, said.closing)


def _row(said: Statement, what: tuple[str, ...], amounts: dict[str, int], balance: int) -> tuple[str, ...]:
    cells = (_amount(amounts[name], said.unit) if name in amounts else "" for name, _ in _SUMS.values())
    return (said.unit, *what, *cells, _amount(balance, said.unit))


def _amount(minor: int, unit: str) -> str:
    return decimal_text(minor, unit) if is_currency(unit) else str(minor)


def _line(line: StatementLine) -> dict[str, Any]:
    return {
        "at": iso(line.at),
        "what": line.what,
        "program": line.program,
        "kind": line.kind,
        "reward": f"rwd_{line.reward}",
        "reference": line.reference,
        "amount_minor": line.amount,
    }
