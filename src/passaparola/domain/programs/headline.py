"""The headline of an offer: both benefits in one sentence that can be read at a glance."""

from collections.abc import Iterator

from passaparola.domain.tongue import Tongue
from passaparola.domain.values import value

LONGEST = 80  # characters, as they are seen
_UNSEEN = {ord(mark): None for mark in "\u2066\u2067\u2068\u2069\u200e\u200f"}


@value(frozen=True, slots=True)
class Benefits:
    """What one side gets, from the whole of it to what can be said shortly; empty: nothing."""

    whole: str
    plain: str  # without for how many friends
    first: str  # the first thing only, and that there is more

    def __bool__(self) -> bool:
        return bool(self.whole)


def seen_length(text: str) -> int:
    """How many characters of a text are seen: the marks that keep directions apart are not."""
    return len(seen(text))


def seen(text: str) -> str:
    """A text without the marks that keep directions apart: plain letters for a message to somebody."""
    return text.translate(_UNSEEN)


def headline_of(friend: Benefits, advocate: Benefits, *, who: str, firm: str, action: str, tongue: Tongue) -> str:
    """The fullest sentence of at most 80 characters that says what both get.

    `action` is said where the friend gets nothing: a sentence with places for `firm`, `who` and `advocate`.
    """
    if friend:
        said = _of_the_friend(friend, advocate, who, tongue)
    elif advocate:
        said = _of_the_advocate(advocate, who, firm, action, tongue)
    else:
        said = _of_nobody(who, firm, tongue)
    sentences = list(said)
    return next((sentence for sentence in sentences if seen_length(sentence) <= LONGEST), sentences[-1])


def _of_the_friend(friend: Benefits, advocate: Benefits, who: str, tongue: Tongue) -> Iterator[str]:
    _ = tongue.gettext
    pairs = [(friend.whole, advocate.whole), (friend.plain, advocate.plain), (friend.first, advocate.first)]
    for mine, theirs in pairs:
        for name in dict.fromkeys((who, _("your friend"))):
            given = {"friend": mine, "advocate": theirs, "who": name}
            if mine == theirs:
                yield _("You get %(friend)s, and so does %(who)s") % given
            elif theirs:
                yield _("You get %(friend)s, and %(who)s gets %(advocate)s") % given
            else:
                yield _("You get %(friend)s") % given
        if theirs:
            yield _("You: %(friend)s. Your friend: %(advocate)s") % {"friend": mine, "advocate": theirs}
    yield _("There is something in it for both of you") if advocate else _("There is something in it for you")


def _of_the_advocate(advocate: Benefits, who: str, firm: str, action: str, tongue: Tongue) -> Iterator[str]:
    _ = tongue.gettext
    for theirs in (advocate.whole, advocate.plain, advocate.first):
        for name in dict.fromkeys((who, _("your friend"))):
            yield action % {"firm": firm, "who": name, "advocate": theirs}
        yield _("For your friend there is %(advocate)s") % {"advocate": theirs}
    yield _("There is something in it for your friend")


def _of_nobody(who: str, firm: str, tongue: Tongue) -> Iterator[str]:
    _ = tongue.gettext
    for name in dict.fromkeys((who, _("your friend"))):
        yield _("Get to know %(firm)s: %(who)s recommends it") % {"firm": firm, "who": name}
    yield _("A friend recommends this to you")
