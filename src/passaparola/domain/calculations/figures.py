"""What a calculation gives: each figure with its kind and unit, and how it is written for people and for programs."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from passaparola.domain.calculations.numerals import Exact, exact_text, grouped, plain, rounded
from passaparola.domain.calculations.troubles import Trouble, TroubleName
from passaparola.domain.money import MAX_MINOR, money_text

LARGEST_RESULT = 10**15
NONE = "none"


class FigureKind(StrEnum):
    NUMBER = "number"
    FACTOR = "factor"
    SHARE = "share"
    CHANGE = "change"
    MONEY = "money"


DIGITS = {FigureKind.NUMBER: 2, FigureKind.FACTOR: 4, FigureKind.SHARE: 4, FigureKind.CHANGE: 4, FigureKind.MONEY: 0}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `many`: one for each step, in order. `optional`: null where `words` say so. Money is in minor units."""

    name: str
    words: str
    kind: FigureKind = FigureKind.NUMBER
    unit: str = ""
    many: bool = False
    optional: bool = False
    down: bool = False

    def document(self, value: Any, currency: str) -> Any:
        """The figure for programs: `text`, and `value` with `exact`, or `minor` with `currency`. A list where there are many."""
        if value is None:
            return None
        return [self._one(v, currency) for v in value] if self.many else self._one(value, currency)

    def text(self, value: Any, currency: str) -> str:
        """The figure for people."""
        if value is None:
            return NONE
        return ", ".join(self._text(v, currency) for v in value) if self.many else self._text(value, currency)

    def trouble(self, value: Any) -> Trouble | None:
        """What is wrong when a result is too large to be sensible."""
        limit = MAX_MINOR if self.kind == FigureKind.MONEY else LARGEST_RESULT
        values: list[Exact] = list(value) if self.many else [] if value is None else [value]
        if all(abs(Fraction(v)) <= limit for v in values):
            return None
        expected, remedy = f"a result of at most 10^{len(str(limit)) - 1}", "take smaller numbers, or a shorter time"
        return Trouble(TroubleName.RESULT_TOO_LARGE, self.name, "a larger one", expected, remedy)

    def _rounded(self, value: Exact) -> Decimal:
        return rounded(value, DIGITS[self.kind], down=self.down)

    def _one(self, value: Exact, currency: str) -> dict[str, Any]:
        said = {"text": self._text(value, currency), "exact": exact_text(value)}
        if self.kind == FigureKind.MONEY:
            return {**said, "minor": int(self._rounded(value)), "currency": currency}
        return {**said, "value": plain(self._rounded(value)), "unit": self.unit or str(self.kind)}

    def _text(self, value: Exact, currency: str) -> str:
        if self.kind == FigureKind.MONEY:
            return money_text(int(self._rounded(value)), currency)
        near = self._rounded(value)
        if self.kind == FigureKind.FACTOR:
            return f"×{grouped(near)}"
        if self.kind in (FigureKind.SHARE, FigureKind.CHANGE):
            sign = "+" if self.kind == FigureKind.CHANGE and near > 0 else ""
            return f"{sign}{grouped(near.scaleb(2))} {self.unit or '%'}"
        return f"{grouped(near)}{f' {self.unit}' if self.unit else ''}"


def money(name: str, words: str, *, down: bool = False) -> Figure:
    """An amount, rounded half up to the minor unit, or `down`."""
    return Figure(name, words, FigureKind.MONEY, down=down)


def share(name: str, words: str, *, optional: bool = False) -> Figure:
    """A share of one, shown in per cent with two digits."""
    return Figure(name, words, FigureKind.SHARE, optional=optional)


def change(name: str, words: str, *, optional: bool = False) -> Figure:
    """A change against what was before, shown in per cent with its sign."""
    return Figure(name, words, FigureKind.CHANGE, optional=optional)


def points(name: str, words: str) -> Figure:
    """The difference of two shares, in percentage points with its sign."""
    return Figure(name, words, FigureKind.CHANGE, "points")


def factor(name: str, words: str, *, optional: bool = False) -> Figure:
    """How many times as much."""
    return Figure(name, words, FigureKind.FACTOR, optional=optional)


def number(name: str, words: str, unit: str = "", *, many: bool = False, optional: bool = False) -> Figure:
    """A number of `unit`, shown with at most two digits after the point."""
    return Figure(name, words, FigureKind.NUMBER, unit, many, optional)
