"""Which of a friend's visits counts: the model of attribution that a program file may choose."""

from collections.abc import Iterator
from enum import StrEnum

from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _


class Attribution(StrEnum):
    """Of several visits before the friend comes. A code or a name given with the friend's own event is stronger than any visit."""

    LAST_TOUCH = "last_touch"  # the one that the event names by its token, then the latest
    FIRST_TOUCH = "first_touch"  # the earliest that still counts, named or not


ALIASES = {"last": "last_touch", "first": "first_touch", "last_click": "last_touch", "first_click": "first_touch"}
_FIRST = _(
    "Of several visits before somebody comes, the first counts. A code or a name that they give is stronger than any visit."
)


def attribution_words(attribution: str, tongue: Tongue) -> Iterator[str]:
    """What is said where it is not the last visit that counts."""
    if attribution == Attribution.FIRST_TOUCH:
        yield tongue.gettext(_FIRST)
