"""What competitors offer, and where one's own offer stands among them, for each side apart."""

import re
from collections.abc import Sequence

from passaparola.domain.money import UnableToReadAmount, parse_amount, proportion
from passaparola.domain.programs.compiled import Side
from passaparola.domain.values import value

BASIS_POINTS = 10_000
SIDES = (Side.ADVOCATE, Side.FRIEND)
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?) ?%")


class UnableToReadWorth(ValueError):
    """The text is neither an amount of the currency nor a percentage."""


@value(frozen=True, slots=True)
class Rival:
    """An offer as somebody saw it: for each side an amount such as `10.00`, a share of an order such as `10 %`, or nothing."""

    name: str
    advocate: str
    friend: str
    currency: str


@value(frozen=True, slots=True)
class Standing:
    """An offer in the order of one side. `worth` is minor units; None where it cannot be compared, which is without a `place`."""

    name: str
    worth: int | None
    place: int | None
    own: bool = False


def worth_of(text: str, currency: str, order: int | None) -> int | None:
    """Minor units of what was written: nothing is 0, a share is taken of a usual order, None where nobody said what that is.

    Raises UnableToReadWorth.
    """
    if not text.strip():
        return 0
    share = _SHARE.fullmatch(text.strip())
    if share:
        points = round(parse_amount(share[1], "EUR"))
        if not 0 < points <= BASIS_POINTS:
            raise UnableToReadWorth(text)
        return None if order is None else proportion(order, points, BASIS_POINTS)
    try:
        return parse_amount(text.strip(), currency)
    except UnableToReadAmount:
        raise UnableToReadWorth(text) from None


def ranked(rivals: Sequence[Rival], side: Side, *, own: tuple[str, int, str], order: int | None) -> list[Standing]:
    """One's own offer and those of the others by what a side gets, the most first; alike offers share a place, as in sport: 1, 2, 2, 4.

    `own` is its name, its worth in minor units, and its currency; what is in another currency is not compared.
    """
    name, worth, currency = own
    found = [Standing(name, worth, None, own=True)]
    for rival in rivals:
        text = rival.advocate if side is Side.ADVOCATE else rival.friend
        alike = rival.currency == currency
        found.append(Standing(rival.name, worth_of(text, currency, order) if alike else None, None))
    found.sort(key=lambda one: (one.worth is None, -(one.worth or 0), not one.own, one.name))
    worths = [one.worth for one in found]
    return [
        Standing(one.name, one.worth, None if one.worth is None else worths.index(one.worth) + 1, one.own)
        for one in found
    ]
