"""The random words that a browser holds: one shows what it asked for and nobody confirmed yet, one proves that a form was opened in it."""

import hmac
import secrets
from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from passaparola.actions.joining.join_program import LAPSES_AFTER
from passaparola.domain.instant import SECOND
from passaparola.domain.keyring import browser_hash

LONGEST = 100
HOUR_SECONDS = 3600


def _name(word: str) -> str:
    return f"__Host-{word}" if settings.PUBLIC_IS_HTTPS else word


def known_browser(request: HttpRequest) -> str:
    """The hash of the token that this browser holds; empty where it holds none."""
    token = request.COOKIES.get(_name("joining"), "")
    return browser_hash(token) if 20 <= len(token) <= LONGEST else ""


def browser_for(request: HttpRequest) -> tuple[str, str]:
    """The token to hold and its hash: the one it has, or a new one."""
    token = request.COOKIES.get(_name("joining"), "")
    if not 20 <= len(token) <= LONGEST:
        token = secrets.token_urlsafe(32)
    return token, browser_hash(token)


def hold(answer: HttpResponse, token: str) -> None:
    """Give the browser its token, for as long as an enrolment may last."""
    _give(answer, "joining", token, LAPSES_AFTER // SECOND, "Lax")


def let_go(answer: HttpResponse) -> None:
    """Take the token away: it shows nothing any more."""
    answer.delete_cookie(_name("joining"), path="/", samesite="Lax")


def hand_of(request: HttpRequest) -> str:
    """A word for the form of a page whose address is secret. Such a page sends no origin, by which forms are judged otherwise."""
    word = request.COOKIES.get(_name("hand"), "")
    return word if 20 <= len(word) <= LONGEST else secrets.token_urlsafe(24)


def open_hand(answer: HttpResponse, word: str) -> HttpResponse:
    """Let the browser hold the same word as the form."""
    _give(answer, "hand", word, HOUR_SECONDS, "Strict")
    return answer


def by_hand(request: HttpRequest) -> bool:
    """Whether the form was opened in this very browser, and not sent by another site."""
    held, said = request.COOKIES.get(_name("hand"), ""), request.POST.get("hand", "")
    return bool(held) and hmac.compare_digest(held.encode(), said.encode())


def _give(answer: HttpResponse, word: str, value: str, seconds: int, same_site: Literal["Lax", "Strict"]) -> None:
    answer.set_cookie(
        _name(word),
        value,
        max_age=seconds,
        path="/",
        secure=settings.PUBLIC_IS_HTTPS,
        httponly=True,
        samesite=same_site,
    )
