"""The language of who reads, as the domain's words take it: sentences from the catalogues, amounts as CLDR writes them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, parse_pattern
from django.utils.translation import get_language, gettext, ngettext

from passaparola.domain.money import UnableToReadAmount, exponent, money_text
from passaparola.domain.tongue import EXACT, Tongue
from passaparola.domain.units import UNIT_WORDS
from passaparola.domain.values import replace


def the_tongue() -> Tongue:
    """The language that is active now."""
    locale = locale_of(get_language() or "en")
    return Tongue(
        gettext,
        ngettext,
        lambda minor, unit: money_in(locale, minor, unit),
        lambda basis_points: percent_in(locale, basis_points),
        lambda words: _listed(locale, words),
        lambda day: format_date(day, format="long", locale=locale),
    )


def short_day(day: date, form: str = "d MMM y") -> str:
    """`8 Nov 2026`, or in another pattern of CLDR, with the month as the active language abbreviates it there."""
    return format_date(day, format=form, locale=locale_of(get_language() or "en"))


def the_exact_tongue() -> Tongue:
    """The language that is active now, for staff: amounts exact and with the currency's code, as on all their pages."""
    percent = the_tongue().percent
    return replace(EXACT, gettext=gettext, ngettext=ngettext, money=units_in_words, percent=percent)


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """CLDR's locale of a language tag; English for one that it does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def money_in(locale: Locale, minor: int, unit: str) -> str:
    """A number of another unit in words, or minor units of a currency: whole amounts without digits behind the point, others with
    all digits that ISO 4217 gives the currency."""
    if unit in UNIT_WORDS:
        one, many = UNIT_WORDS[unit]
        return ngettext(one, many, minor) % {"n": number_in(locale, minor)}
    try:
        digits = exponent(unit)
    except UnableToReadAmount:
        return f"{number_in(locale, minor)} {unit}"
    amount = Decimal(minor).scaleb(-digits)
    shown = 0 if amount == amount.to_integral_value() else digits
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (shown, shown)
    return format_currency(amount, unit, format=pattern, locale=locale, currency_digits=False)


def number_in(locale: Locale, number: int) -> str:
    """A whole number as the language writes it: `16,000`."""
    return format_decimal(number, locale=locale)


def units_in_words(number: int, unit: str) -> str:
    """An exact amount for staff, in the language that is active now: `41.44 USD`, `100 points`."""
    words = UNIT_WORDS.get(unit)
    return ngettext(*words, number) % {"n": number} if words else money_text(number, unit)


def percent_in(locale: Locale, basis_points: int) -> str:
    """Hundredths of a per cent, as a percentage without needless digits."""
    return format_percent(Decimal(basis_points).scaleb(-4), locale=locale, decimal_quantization=False)


def _listed(locale: Locale, words: Sequence[str]) -> str:
    return format_list(list(words), locale=locale) if words else ""
