"""Whole minor units of an ISO 4217 currency. No floats, no conversion."""

import re
from functools import lru_cache

from iso4217 import Currency

MAX_MINOR = 10**15  # far above any order, far below the 63 bits of the database

_DECIMAL = re.compile(r"(?a:\d+)(?:\.(?a:\d+))?")


class UnableToReadAmount(ValueError):
    """The text is no exact amount of the currency. The message says why and how to mend it."""


@lru_cache(maxsize=512)
def exponent(currency: str) -> int:
    """Digits after the point by ISO 4217: JPY 0, USD 2, KWD 3. Raises UnableToReadAmount for an unknown code."""
    try:
        digits: int | None = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:  # an unknown code, or a metal or fund without minor units
        raise UnableToReadAmount(f"{currency!r} is no ISO 4217 currency with minor units, such as USD, EUR or JPY")
    return digits


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a decimal string with at most the currency's digits: "41.44" USD is 4144. Raises UnableToReadAmount."""
    digits = exponent(currency)
    if not _DECIMAL.fullmatch(text) or len(text) > 24:
        raise UnableToReadAmount(f'{text!r} is no decimal amount: write digits with a point, such as "41.44"')
    whole, _, fraction = text.partition(".")
    if len(fraction) > digits:
        raise UnableToReadAmount(f"{text!r} has {len(fraction)} digits after the point; {currency} has {digits}")
    minor = int(whole) * int(10**digits) + int(fraction.ljust(digits, "0") or "0")
    if minor > MAX_MINOR:
        raise UnableToReadAmount(f"{text!r} is above the largest amount we take ({MAX_MINOR} minor units)")
    return minor


def decimal_text(minor: int, currency: str) -> str:
    """The exact decimal string of minor units: 4144 USD is "41.44". A unit that is no currency is written as it is."""
    try:
        digits = exponent(currency)
    except UnableToReadAmount:
        digits = 0
    if not digits:
        return str(minor)
    sign, rest = ("-" if minor < 0 else ""), f"{abs(minor):0{digits + 1}d}"
    return f"{sign}{rest[:-digits]}.{rest[-digits:]}"


def money_text(minor: int, unit: str) -> str:
    """For sentences: `41.44 USD`."""
    return f"{decimal_text(minor, unit)} {unit}"


def proportion(minor: int, numerator: int, denominator: int) -> int:
    """minor × numerator ÷ denominator, half up, for values of zero and above."""
    return (2 * minor * numerator + denominator) // (2 * denominator)
