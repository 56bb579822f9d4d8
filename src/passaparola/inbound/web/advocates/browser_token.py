"""The random words that a browser holds: one shows what it asked for and nobody confirmed yet, one proves that a form was opened in it."""

import hmac
import secrets

from django.http import HttpRequest, HttpResponse

from passaparola.actions.joining.join_program import LAPSES_AFTER
from passaparola.domain.instant import SECOND
from passaparola.domain.keyring import browser_hash
from passaparola.inbound.web.cookies import HOUR, REGISTRY, give, take_away

LONGEST = 100


def known_browser(request: HttpRequest) -> str:
    """The hash of the token that this browser holds; empty where it holds none."""
    token = request.COOKIES.get(REGISTRY["joining"].name, "")
    return browser_hash(token) if 20 <= len(token) <= LONGEST else ""


def browser_for(request: HttpRequest) -> tuple[str, str]:
    """The token to hold and its hash: the one it has, or a new one."""
    token = request.COOKIES.get(REGISTRY["joining"].name, "")
    if not 20 <= len(token) <= LONGEST:
        token = secrets.token_urlsafe(32)
    return token, browser_hash(token)


def hold(answer: HttpResponse, token: str) -> None:
    """Give the browser its token, for as long as an enrolment may last."""
    give(answer, "joining", token, LAPSES_AFTER // SECOND)


def let_go(answer: HttpResponse) -> None:
    """Take the token away: it shows nothing any more."""
    take_away(answer, "joining")


def hand_of(request: HttpRequest) -> str:
    """A word for the form of a page whose address is secret. Such a page sends no origin, by which forms are judged otherwise."""
    word = request.COOKIES.get(REGISTRY["hand"].name, "")
    return word if 20 <= len(word) <= LONGEST else secrets.token_urlsafe(24)


def open_hand(answer: HttpResponse, word: str) -> HttpResponse:
    """Let the browser hold the same word as the form."""
    give(answer, "hand", word, HOUR)
    return answer


def by_hand(request: HttpRequest) -> bool:
    """Whether the form was opened in this very browser, and not sent by another site."""
    held, said = request.COOKIES.get(REGISTRY["hand"].name, ""), request.POST.get("hand", "")
    return bool(held) and hmac.compare_digest(held.encode(), said.encode())
