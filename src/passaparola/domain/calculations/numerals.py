"""Exact numbers and their digits: rounding half away from zero, and how numbers are written for people."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction

Exact = int | Fraction | Decimal
_PRECISE = 60  # digits of a logarithm; every figure shows far fewer
_LONGEST_EXACT = 300  # bits of an exact fraction that is still worth reading


def rounded(value: Exact, digits: int, *, down: bool = False) -> Decimal:
    """The nearest decimal with so many digits after the point, half away from zero; or `down`: the next lower one."""
    scaled = Fraction(value) * 10**digits
    whole = scaled.numerator // scaled.denominator if down else _nearest(scaled)
    return Decimal(whole).scaleb(-digits, Context(prec=5000))


def _nearest(scaled: Fraction) -> int:
    nearest = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return -nearest if scaled < 0 else nearest


def plain(value: Decimal) -> str:
    """`6500`, `0.5185`: without separators and without zeros behind."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def grouped(value: Decimal) -> str:
    """`67,500`, `8.1`: for people."""
    whole, point, fraction = plain(value).partition(".")
    return f"{int(whole):,}{point}{fraction}" if whole not in ("-0", "") else f"{whole}{point}{fraction}"


def exact_text(value: Exact) -> str | None:
    """`14/27`, `67500`; nothing for a logarithm or power, and for what nobody could read."""
    if isinstance(value, Decimal):
        return None
    fraction = Fraction(value)
    readable = fraction.numerator.bit_length() + fraction.denominator.bit_length() <= _LONGEST_EXACT
    return str(fraction) if readable else None


def logarithm(value: Fraction) -> Decimal:
    """The natural logarithm of a number above zero, to 60 digits."""
    with localcontext(Context(prec=_PRECISE)):
        return Decimal(value.numerator).ln() - Decimal(value.denominator).ln()


def quotient(above: Decimal, below: Decimal) -> Decimal:
    """above ÷ below, to 60 digits."""
    with localcontext(Context(prec=_PRECISE)):
        return above / below


def times(factor: Fraction, value: Decimal) -> Decimal:
    """factor × value, to 60 digits."""
    with localcontext(Context(prec=_PRECISE)):
        return value * factor.numerator / factor.denominator


def power(factor: Fraction, exponent: Fraction) -> Exact:
    """factor ^ exponent for a factor above zero: exact where the exponent is whole, else to 60 digits."""
    if exponent.denominator == 1:
        return factor**exponent.numerator
    with localcontext(Context(prec=_PRECISE)):
        return times(exponent, logarithm(factor)).exp()
