"""What a calculation takes: each parameter with its kind, its range and its default, read from text or checked as a value."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from passaparola.domain.calculations.numerals import grouped, rounded
from passaparola.domain.calculations.troubles import Trouble, TroubleName
from passaparola.domain.money import MAX_MINOR, UnableToReadAmount, exponent, money_text, parse_amount
from passaparola.domain.programs.findings import one_of, quoted

LARGEST = 10**12
LARGEST_CHANGE = 10**6
WITHOUT_SIGN = 10  # above this a change must carry its %, so that "16" for 16 % is not taken for 1,600 %
_NUMBER = re.compile(r"([+-]?)(?a:\d{1,13})(?:\.(?a:\d{1,6}))?")


class Kind(StrEnum):
    """How a parameter is written and what it becomes."""

    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    CHANGE = "change"
    MONEY = "money"
    CHOICE = "choice"
    CURRENCY = "currency"


WRITTEN: dict[Kind, str] = {
    Kind.COUNT: "a whole number, such as 10000",
    Kind.NUMBER: "a number with at most six digits after the point, such as 2.5",
    Kind.SHARE: 'a share from 0 to 1: "65 %" or 0.65',
    Kind.CHANGE: 'a change: "+60 %" or 0.6; above 10 only with the sign: "+3900 %"',
    Kind.MONEY: "an amount of the currency",
    Kind.CHOICE: "one of the words",
    Kind.CURRENCY: "an ISO 4217 code, such as EUR",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` is text as a person writes it; what is `optional` is left out, and the help says what then counts."""

    name: str
    kind: Kind
    help: str
    default: str | None = None
    optional: bool = False
    above_zero: bool = False
    least: Fraction | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Its name for programs, which give amounts in whole minor units."""
        return f"{self.name}_minor" if self.kind == Kind.MONEY else self.name

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def required(self) -> bool:
        return self.default is None and not self.optional

    @property
    def written(self) -> str:
        """How a person writes it."""
        return one_of(self.choices) if self.choices else WRITTEN[self.kind]

    @property
    def range(self) -> tuple[Fraction, Fraction]:
        """The lowest and the highest value; with `above_zero` the lowest itself is left out."""
        least, most = _RANGES[self.kind]
        return Fraction(least if self.least is None else self.least), Fraction(most if self.most is None else self.most)


_RANGES: dict[Kind, tuple[int, int]] = {
    Kind.COUNT: (0, LARGEST),
    Kind.NUMBER: (0, LARGEST),
    Kind.SHARE: (0, 1),
    Kind.CHANGE: (-1, LARGEST_CHANGE),
    Kind.MONEY: (0, MAX_MINOR),
}
CURRENCY = Parameter("currency", Kind.CURRENCY, "The currency of all amounts")


def read(parameter: Parameter, text: str, currency: str = "") -> Any:
    """The value that the text means: an int for counts and minor units, a Fraction, or a word. Or what is wrong with it."""
    text = text.strip()
    if parameter.kind == Kind.CURRENCY:
        return _currency(parameter, text)
    if parameter.kind == Kind.CHOICE:
        return text if text in parameter.choices else _trouble(parameter, TroubleName.UNKNOWN_CHOICE, quoted(text))
    if parameter.kind == Kind.MONEY:
        try:
            value: Any = parse_amount(text, currency)
        except UnableToReadAmount as problem:
            expected = "an exact amount"
            return Trouble(TroubleName.NOT_AN_AMOUNT, parameter.name, quoted(text), expected, str(problem)[:200])
    else:
        value = _number(parameter, text)
    return value if isinstance(value, Trouble) else check(parameter, value, quoted(text), currency)


def check(parameter: Parameter, value: Any, found: str = "", currency: str = "") -> Any:
    """The value itself where it is exact and within the range; or what is wrong with it. Floats are not exact."""
    if parameter.kind in (Kind.CHOICE, Kind.CURRENCY):
        return value if value in parameter.choices else _trouble(parameter, TroubleName.UNKNOWN_CHOICE, _shown(value))
    found = found or _shown(value)
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal) or not _finite(value):
        return _trouble(parameter, TroubleName.NOT_EXACT, found)
    exact = Fraction(value)
    if parameter.kind in (Kind.COUNT, Kind.MONEY) and exact.denominator != 1:
        return _trouble(parameter, TroubleName.NOT_WHOLE, found)
    least, most = parameter.range
    if exact < least or exact > most or (parameter.above_zero and exact == 0):
        return _out_of_range(parameter, found, currency)
    return int(exact) if parameter.kind in (Kind.COUNT, Kind.MONEY) else exact


def value_text(parameter: Parameter, value: Any, currency: str) -> str:
    """A value that was taken, for people."""
    if value is None:
        return "–"
    if parameter.kind == Kind.MONEY:
        return money_text(value, currency)
    if parameter.kind in (Kind.SHARE, Kind.CHANGE):
        sign = "+" if parameter.kind == Kind.CHANGE and value > 0 else ""
        return f"{sign}{grouped(rounded(value * 100, 6))} %"
    return grouped(rounded(value, 6)) if isinstance(value, int | Fraction) else str(value)


def _number(parameter: Parameter, text: str) -> Any:
    percent = parameter.kind in (Kind.SHARE, Kind.CHANGE) and text.endswith("%")
    digits = text.removesuffix("%").rstrip() if percent else text
    match = _NUMBER.fullmatch(digits)
    if match is None or (match[1] and parameter.kind != Kind.CHANGE):
        negative = match is not None and match[1] == "-"
        return _out_of_range(parameter, quoted(text)) if negative else _unreadable(parameter, text)
    value = Fraction(digits) / (100 if percent else 1)
    if parameter.kind == Kind.CHANGE and not percent and value > WITHOUT_SIGN:
        expected = f"a change of at most {WITHOUT_SIGN} where it has no %"
        remedy = f'write "{digits} %" for {digits} per cent, or "{grouped(rounded(value * 100, 6))} %"'.replace(",", "")
        return Trouble(TroubleName.SIGN_NEEDED, parameter.name, quoted(text), expected, remedy)
    return value


def _unreadable(parameter: Parameter, text: str) -> Trouble:
    return _trouble(parameter, TroubleName.NOT_A_NUMBER, quoted(text), "write digits with a point and no separators")


def _currency(parameter: Parameter, text: str) -> str | Trouble:
    try:
        exponent(text)
    except UnableToReadAmount:
        remedy = "write the code of a currency with minor units, such as EUR, USD or JPY"
        return _trouble(parameter, TroubleName.UNKNOWN_CURRENCY, quoted(text), remedy)
    return text


def _out_of_range(parameter: Parameter, found: str, currency: str = "") -> Trouble:
    least, most = parameter.range
    low, high = (_bound(parameter, bound, currency) for bound in (least, most))
    expected = f"more than {low}, at most {high}" if parameter.above_zero and not least else f"{low} to {high}"
    remedy = 'write a percentage with its sign, such as "65 %"' if parameter.kind == Kind.SHARE else "correct the value"
    return Trouble(TroubleName.OUT_OF_RANGE, parameter.name, found, expected, remedy)


def _bound(parameter: Parameter, bound: Fraction, currency: str) -> str:
    if parameter.kind == Kind.MONEY:
        return money_text(int(bound), currency) if currency else f"{int(bound)} minor units"
    return value_text(parameter, bound, currency).removeprefix("+")


def _trouble(parameter: Parameter, name: TroubleName, found: str, remedy: str = "") -> Trouble:
    return Trouble(name, parameter.name, found, parameter.written, remedy or "correct the value")


def _finite(value: Any) -> bool:
    return not isinstance(value, Decimal) or value.is_finite()


def _shown(value: Any) -> str:
    return quoted(str(value)) if isinstance(value, str | int | Fraction | Decimal) else type(value).__name__
