"""The kinds of value in a program file. Each says what it expects and how to mend what it does not take."""

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from passaparola.domain import money
from passaparola.domain.programs.destinations import HOST, read_address
from passaparola.domain.programs.findings import FindingReason, one_of
from passaparola.domain.programs.vocabulary import MENDS
from passaparola.domain.units import UNIT

EVENT_WORD = "[a-z0-9_-]{1,32}"
NEW_WORD = "new(_[a-z0-9_]{1,28})?"
SLUG = r"[a-z0-9-]{1,64}"
AMOUNT = r"[0-9]{1,15}(\.[0-9]{1,4})?"
LONGEST_NAME = 200
UNLIMITED = "unlimited"


def wrong(reason: FindingReason, expected: str, remedy: str) -> PydanticCustomError:
    """The error by which a value is refused; it carries what a finding needs."""
    return PydanticCustomError(reason.value, "{expected}", {"expected": expected, "remedy": remedy})


def did_you_mean(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that is spelt most like this one."""
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.7) if len(word) <= 40 else []
    return close[0] if close else None


def choice(field: str, words: type[StrEnum], aliases: Mapping[str, str] = MappingProxyType({})) -> Callable[[Any], Any]:
    """Reads one of the words of an enum, or another word for one."""
    known = tuple(word.value for word in words)

    def read(value: Any) -> Any:
        value = aliases.get(value, value) if isinstance(value, str) else value
        if isinstance(value, str) and value in known:
            return words(value)
        raise _not_a_choice(field, value, known)

    return read


def _not_a_choice(field: str, value: Any, known: tuple[str, ...]) -> PydanticCustomError:
    remedy = MENDS.get((field, value)) if isinstance(value, str) else None
    guess = did_you_mean(value, known) if isinstance(value, str) else None
    remedy = remedy or (f"did you mean {guess}?" if guess else f"write {one_of(known)}")
    return wrong(FindingReason.UNKNOWN_VALUE, one_of(known), remedy)


def whole(low: int, high: int) -> Callable[[Any], int]:
    """Reads a whole number between two bounds, both included."""

    def read(value: Any) -> int:
        if type(value) is int and low <= value <= high:
            return value
        expected = f"a whole number from {low} to {high}"
        raise wrong(FindingReason.BAD_NUMBER, expected, "write the number without quotes, signs or units")

    return read


def window(value: Any) -> int | None:
    """Reads a number of days, or `unlimited` as None."""
    if value == UNLIMITED:
        return None
    if type(value) is int and 1 <= value <= 3650:
        return value
    expected = "a number of days from 1 to 3650, or unlimited"
    raise wrong(FindingReason.BAD_NUMBER, expected, "write a number such as 90, or unlimited")


def unit(value: Any) -> str:
    """Reads a unit that is no currency: capitals, digits and underscores."""
    if isinstance(value, str) and re.fullmatch(UNIT, value) and not _is_currency(value):
        return value
    expected = "a unit of 1 to 16 capitals, digits and _, which is no currency"
    raise wrong(FindingReason.BAD_ID, expected, "write a unit such as MB, SEATS or AAA; write money with `currency`")


def slug(value: Any) -> str:
    """Reads an id: 1 to 64 small letters, digits and hyphens."""
    if isinstance(value, str) and re.fullmatch(SLUG, value):
        return value
    expected = "1 to 64 small letters a-z, digits and hyphens"
    raise wrong(FindingReason.BAD_ID, expected, "write an id such as give-5-get-5; one of digits alone goes in quotes")


def name(value: Any) -> str:
    """Reads a text of one printable line, without spaces around it."""
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_NAME and value.isprintable():
        return value.strip()
    expected = f"1 to {LONGEST_NAME} characters in one line"
    raise wrong(FindingReason.BAD_TEXT, expected, "write a name people will recognise; numbers go in quotes")


def event_word(value: Any) -> str:
    """Reads an item or a stage as events tell it: a word of small letters, digits, hyphens and underscores."""
    if isinstance(value, str) and re.fullmatch(EVENT_WORD, value):
        return value
    expected = "a word of 1 to 32 small letters, digits, hyphens and underscores"
    raise wrong(FindingReason.BAD_ID, expected, "write it as events tell it, such as meeting or monthly_invoice")


def new_word(value: Any) -> str:
    """Reads `new`, or a word that begins with `new_`."""
    if isinstance(value, str) and re.fullmatch(NEW_WORD, value):
        return value
    expected = "new_customer, or a word that begins with new_"
    raise wrong(FindingReason.UNKNOWN_VALUE, expected, "write new_customer, or a word such as new_rider or new_guest")


def yes_no(value: Any) -> bool:
    """Reads true or false; in quotes they are text and refused."""
    if isinstance(value, bool):
        return value
    raise wrong(FindingReason.UNKNOWN_VALUE, "true or false", "write true or false, without quotes")


def amount(value: Any) -> str:
    """Reads an amount above zero as its exact decimal text. Its digits are checked once the currency is known."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value) if type(value) is int else value
    if isinstance(text, str) and re.fullmatch(AMOUNT, text) and Decimal(text) > 0:
        return text
    expected = "an amount above 0, in digits with a point"
    raise wrong(FindingReason.BAD_AMOUNT, expected, 'write it as 5.00 or "5.00", without currency sign or comma')


def times(value: Any, factor: int) -> int | None:
    """A number times a factor where that is whole, exactly, however many digits it has; else None."""
    if type(value) is not int and not isinstance(value, Decimal):
        return None
    found = Fraction(value) * factor
    return found.numerator if found.denominator == 1 else None


def percent(value: Any) -> int:
    """Reads a percentage above 0 and up to 100, with at most 2 decimals, as basis points."""
    points = times(value, 100)
    if points is not None and 0 < points <= 10_000:
        return points
    expected = "a number above 0 and up to 100, with at most 2 decimals"
    raise wrong(FindingReason.BAD_PERCENT, expected, "write 10 or 12.5, without quotes or the sign %")


def currency(value: Any) -> str:
    """Reads an ISO 4217 code in capitals; those without minor units, such as XAU, are refused."""
    if isinstance(value, str) and _is_currency(value):
        return value
    upper = value.upper() if isinstance(value, str) and len(value) == 3 else ""
    remedy = f"did you mean {upper}?" if _is_currency(upper) else "write a code such as USD, EUR, PLN or JPY"
    raise wrong(FindingReason.UNKNOWN_CURRENCY, "an ISO 4217 currency code that has minor units", remedy)


def _is_currency(code: str) -> bool:
    if not re.fullmatch("[A-Z]{3}", code):
        return False
    try:
        money.exponent(code)
    except money.UnableToReadAmount:
        return False
    return True


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    """IANA names by their small-letter spelling."""
    return {zone.lower(): zone for zone in sorted(available_timezones())}


def timezone(value: Any) -> str:
    """Reads the exact name of an IANA time zone."""
    if isinstance(value, str) and _zones().get(value.lower()) == value:
        return value
    guess = did_you_mean(value.replace(" ", "_"), tuple(_zones())) if isinstance(value, str) else None
    remedy = f"did you mean {_zones()[guess]}?" if guess else "write a name such as Europe/Rome or Etc/UTC"
    raise wrong(FindingReason.UNKNOWN_TIMEZONE, "an IANA time zone", remedy)


def web_address(value: Any) -> str:
    """Reads an address that every reader takes for the same: https, and nothing that hides where it leads."""
    if isinstance(value, str) and read_address(value) is not None:
        return value
    expected = "an address that begins with https:// and has only plain characters"
    raise wrong(FindingReason.BAD_ADDRESS, expected, "write it as https://shop.example/welcome; escape others with %")


def host_name(value: Any) -> str:
    """Reads a host as it stands in an address."""
    if isinstance(value, str) and len(value) <= 253 and re.fullmatch(HOST, value):
        return value
    expected = "a host in small letters, such as shop.example"
    raise wrong(
        FindingReason.BAD_ADDRESS, expected, "leave out https:// and what follows the host; write each host whole"
    )


def factor(most: int) -> Callable[[Any], int]:
    """Reads a factor above 1 and up to `most`, with at most 2 decimals, as basis points: 2 is 20,000."""

    def read(value: Any) -> int:
        points = times(value, 100)
        if points is not None and 100 < points <= most * 100:
            return points * 100
        expected = f"a number above 1 and up to {most}, with at most 2 decimals"
        raise wrong(FindingReason.BAD_NUMBER, expected, "write 2 for twice as much, or 1.5")

    return read


def day(value: Any) -> str:
    """Reads a day of the calendar, such as 2027-12-31."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise wrong(FindingReason.BAD_DAY, "a day of the calendar", "write it as 2027-12-31")


Slug = Annotated[str, PlainValidator(slug), WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"})]
Name = Annotated[
    str, PlainValidator(name), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_NAME})
]
Day = Annotated[str, PlainValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
EventWord = Annotated[str, PlainValidator(event_word), WithJsonSchema({"type": "string", "pattern": f"^{EVENT_WORD}$"})]
NewWord = Annotated[
    str,
    PlainValidator(new_word),
    WithJsonSchema({"type": "string", "pattern": f"^{NEW_WORD}$", "examples": ["new_customer", "new_rider"]}),
]
YesNo = Annotated[bool, PlainValidator(yes_no), WithJsonSchema({"type": "boolean"})]
Amount = Annotated[
    str,
    PlainValidator(amount),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": rf"^{AMOUNT}$"}]}
    ),
]
Percent = Annotated[
    int,
    PlainValidator(percent),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 100}),
]
CurrencyCode = Annotated[str, PlainValidator(currency), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}$"})]
TimeZone = Annotated[str, PlainValidator(timezone), WithJsonSchema({"type": "string", "examples": ["Europe/Rome"]})]
WebAddress = Annotated[
    str,
    PlainValidator(web_address),
    WithJsonSchema({"type": "string", "pattern": "^https?://", "examples": ["https://shop.example/welcome"]}),
]
HostName = Annotated[
    str,
    PlainValidator(host_name),
    WithJsonSchema({"type": "string", "pattern": f"^{HOST}$", "examples": ["shop.example"]}),
]
Unit = Annotated[
    str, PlainValidator(unit), WithJsonSchema({"type": "string", "pattern": f"^{UNIT}$", "examples": ["MB"]})
]
Window = Annotated[
    int | None,
    PlainValidator(window),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 3650}, {"const": UNLIMITED}]}),
]
