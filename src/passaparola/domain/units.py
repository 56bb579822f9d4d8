"""Units that are no currency: whole numbers of points, months, items, megabytes. Their words, for sentences."""

from passaparola.domain import money

POINTS, MONTH, ITEM, ACCESS, SHOUT_OUT = "POINTS", "MONTH", "ITEM", "ACCESS", "SHOUT_OUT"
UNIT = r"[A-Z][A-Z0-9_]{0,15}"
LARGEST = 10**12


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """A number of something, marked for translation."""
    return one, many


# one, several; `%(n)s` is the number. Any other unit is written as it is: `500 MB`.
UNIT_WORDS: dict[str, tuple[str, str]] = {
    POINTS: ngettext_noop("%(n)s point", "%(n)s points"),
    MONTH: ngettext_noop("%(n)s month", "%(n)s months"),
    ITEM: ngettext_noop("%(n)s item", "%(n)s items"),
    ACCESS: ngettext_noop("early access", "early access, %(n)s times"),
    SHOUT_OUT: ngettext_noop("a public thank-you", "%(n)s public thank-yous"),
}


def is_currency(unit: str) -> bool:
    """Whether a unit is an ISO 4217 currency with minor units."""
    try:
        money.exponent(unit)
    except money.UnableToReadAmount:
        return False
    return True


def parse_units(text: str, unit: str) -> int:
    """Minor units of a currency, or a whole number of any other unit. Raises UnableToReadAmount."""
    if is_currency(unit):
        return money.parse_amount(text, unit)
    whole, _, fraction = text.partition(".")
    if not whole.isascii() or not whole.isdigit() or fraction.strip("0") or int(whole) > LARGEST:
        raise money.UnableToReadAmount(f"{text!r} is no whole number of {unit}, at most {LARGEST}")
    return int(whole)


def units_text(number: int, unit: str) -> str:
    """`100 points`, `1 month`, `500 MB`, and for a currency `41.44 USD`."""
    words = UNIT_WORDS.get(unit)
    return words[number != 1] % {"n": number} if words else money.money_text(number, unit)
