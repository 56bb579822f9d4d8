"""The registry of cookies: the only ones that our pages set, with purpose and lifetime, and what a person said of them.

Necessary cookies are those without which what somebody asked for does not work. The others keep a choice of how pages look; they last for
a year where the person agreed to that, and until the browser is closed where not. Nobody agrees by looking at a page.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passaparola.actions.joining.join_program import LAPSES_AFTER
from passaparola.domain.instant import SECOND
from passaparola.inbound.today import now

HOUR, DAY = 3_600, 86_400
SIGNED_IN, REMEMBERED, YEAR = 2 * DAY, 14 * DAY, 365 * DAY
UNTIL_CLOSED = 0
VERSION = 1  # counted up when a cookie is added that is not necessary: everybody is asked again
_AS_DJANGO_NAMES_THEM = ("django_language", "messages")
AGREED, DECLINED = "display", "necessary"


@dataclass(frozen=True, slots=True)
class Cookie:
    """`word` is its name; over HTTPS with `__Host-` before it, unless Django names it. `seconds` are the lifetimes it may
    be given; 0 is until the browser is closed."""

    word: str
    purpose: str | Promise
    seconds: tuple[int, ...]
    necessary: bool = True

    @property
    def name(self) -> str:
        return (
            f"__Host-{self.word}" if settings.PUBLIC_IS_HTTPS and self.word not in _AS_DJANGO_NAMES_THEM else self.word
        )


REGISTRY: dict[str, Cookie] = {
    cookie.word: cookie
    for cookie in (
        Cookie("session", _("Staff: that you are signed in; two weeks where you asked to stay signed in."),
               (SIGNED_IN, REMEMBERED)),
        Cookie("portal", _("Your pages: that you are signed in; two weeks where you asked to stay signed in."),
               (SIGNED_IN, REMEMBERED)),
        Cookie("csrf", _("That a form was sent from our own page and from no other."), (REMEMBERED,)),
        Cookie("messages", _("Staff: says once what was done, on the next page."), (UNTIL_CLOSED,)),
        Cookie("joining", _("Shows your link to you before you have confirmed your address."), (LAPSES_AFTER // SECOND,)),
        Cookie("hand", _("That the button of a mailed link was pressed by you."), (HOUR,)),
        Cookie("cookies", _("What you said of cookies, with the time and the version of this table."), (YEAR,)),
        Cookie("django_language", _("The language that you chose."), (UNTIL_CLOSED, YEAR), necessary=False),
        Cookie("display", _("Light or dark, as you chose."), (UNTIL_CLOSED, YEAR), necessary=False),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said, when, and of which version of the table."""

    agreed: bool
    at: int  # seconds since 1970
    version: int


def said_of(request: HttpRequest) -> Said | None:
    """None: nothing yet, or of an older table."""
    version, _dot, rest = request.COOKIES.get(REGISTRY["cookies"].name, "").partition(".")
    at, _dot, word = rest.partition(".")
    if (
        version != str(VERSION)
        or not at.isascii()
        or not at.isdigit()
        or len(at) > 12
        or word not in (AGREED, DECLINED)
    ):
        return None
    return Said(word == AGREED, int(at), VERSION)


def say(answer: HttpResponse, *, agreed: bool) -> None:
    """Write down what was said now."""
    give(answer, "cookies", f"{VERSION}.{now() // SECOND}.{AGREED if agreed else DECLINED}", YEAR)


def keep_choice(request: HttpRequest, answer: HttpResponse, word: str, value: str) -> None:
    """A choice of how pages look, asked for by a form: for a year with consent, else until the browser is closed."""
    said = said_of(request)
    give(answer, word, value, YEAR if said and said.agreed else UNTIL_CLOSED)


def give(answer: HttpResponse, word: str, value: str, seconds: int) -> None:
    """Set a cookie of the registry. Raises ValueError for a lifetime that it does not state."""
    cookie = REGISTRY[word]
    if seconds not in cookie.seconds:
        raise ValueError(f"the cookie {word} has no lifetime of {seconds} s in the registry")
    answer.set_cookie(
        cookie.name,
        value,
        max_age=seconds or None,
        path="/",
        secure=settings.PUBLIC_IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def take_away(answer: HttpResponse, word: str) -> None:
    answer.delete_cookie(REGISTRY[word].name, path="/", samesite="Lax")


def about_cookies(request: HttpRequest) -> dict[str, Any]:
    """For templates: whether to ask."""
    return {"ask_of_cookies": said_of(request) is None}
