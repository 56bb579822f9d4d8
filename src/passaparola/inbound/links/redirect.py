"""GET /r/<slug>, the advocates' links: answered before Django's middleware, with their own limits and headers, when the visit is durable.

The thread that reads a click does not wait: the recorder's thread answers it after the commit. So a click costs no waking of a thread, and
however many wait, none holds a thread. What cannot be answered with a redirect is left to Django's pages.
"""

import re
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from django.db import DatabaseError

from passaparola.actions.visits.record import new_visit
from passaparola.domain.instant import Instant
from passaparola.domain.programs.destinations import Address, allowed, read_address
from passaparola.domain.tokens import Clicked, visit_token
from passaparola.domain.values import replace
from passaparola.domain.visits import Visit, VisitKind, kind_of
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.links.bots import is_bot
from passaparola.inbound.links.running import the_recorder, the_targets
from passaparola.inbound.links.targets import LinksUnreachable, Target
from passaparola.inbound.today import now, now_apart

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Answer = Callable[[int, Headers, bytes], None]

PREFIX = "/r/"
# In the environment of a request that Django answers:
UNREACHABLE, SWITCHED_OFF = "passaparola.link_unreachable", "passaparola.link_switched_off"
ROBOTS = ("X-Robots-Tag", "noindex")
LONGEST_QUERY = 4096
_SLUG = re.compile(r"[a-z0-9_-]{1,64}")
_CHANNEL = re.compile(r"[a-z0-9_-]{1,32}")
_HEADERS = [
    ("Cache-Control", "no-store"),
    ("Content-Length", "0"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ROBOTS,
]
_NOT_ALLOWED = [("Allow", "GET, HEAD"), ("Content-Length", "0")]


def click(environ: Environ, answer: Answer) -> bool:
    """Record the visit, and send the friend on when it is durable: `answer` is called once, from any thread. Waits for nothing.

    False when this process does not know the link, or it leads nowhere: `redirect` may.
    """
    slug = _slug(environ)
    target = the_targets().known(slug) if slug else None
    if target is None or not target.leads:
        return False
    _send_on(target, environ, answer)
    return True


def redirect(environ: Environ, start_response: StartResponse) -> Iterable[bytes] | None:
    """The same by WSGI, for every link: this thread asks the database where it must, and waits for the answer.

    None for Django: no such link, or nobody can say whether there is one.
    """
    target = _target(environ)
    if target is None:
        return None
    done, said = threading.Lock(), []

    def answer(*given: Any) -> None:
        said.append(given)
        done.release()

    done.acquire()
    _send_on(target, environ, answer)
    done.acquire()
    ((status, headers, _),) = said
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return []


def _send_on(target: Target, environ: Environ, answer: Answer) -> None:
    method: str = environ["REQUEST_METHOD"]
    if method not in ("GET", "HEAD"):
        answer(405, _NOT_ALLOWED, b"")
        return
    query = environ.get("QUERY_STRING") or ""
    asked = parse_qs(query) if query and len(query) <= LONGEST_QUERY else {}
    kind = kind_of(environ, method=method, bot=is_bot(environ.get("HTTP_USER_AGENT") or ""))
    visit = new_visit(target.workspace, target.link, kind=kind, channel=_channel(asked), now=_now(target))
    if "location" in asked and (there := asked["location"][0]) in target.program.locations:
        visit = replace(visit, location=there)
    headers = [("Location", _location(target, visit, asked)), *_HEADERS]
    the_recorder().record_later(visit, lambda: answer(302, headers, b""))


def _now(target: Target) -> Instant:
    """The present of the link's workspace. The database is asked for a sandbox's only; while it is away, ours has to do."""
    if not target.program.sandbox:
        return now()
    try:
        return now_apart(target.workspace)
    except DatabaseError:
        return now()


def _slug(environ: Environ) -> str | None:
    slug: str = environ["PATH_INFO"][len(PREFIX) :].lower()
    return slug if _SLUG.fullmatch(slug) else None


def _target(environ: Environ) -> Target | None:
    slug = _slug(environ)
    if slug is None:
        return None
    try:
        target = the_targets().find(slug)
    except LinksUnreachable:
        environ[UNREACHABLE] = True
        return None
    if target is None or target.leads:
        return target
    environ[SWITCHED_OFF] = target.workspace
    return None


def _channel(asked: dict[str, list[str]]) -> str:
    """The channel of a link, or none: what is not a plain word is left out."""
    channel = asked.get("c", [""])[0]
    return channel if _CHANNEL.fullmatch(channel) else ""


def _location(target: Target, visit: Visit, asked: dict[str, list[str]]) -> str:
    """The firm's page or ours. A machine gets no token: none is used up, and its preview shows the page all the same."""
    token = "" if visit.kind is VisitKind.MACHINE else _token(target, visit)
    destination, there = _destination(target, asked), _of_the_firm(asked)
    if destination is not None:
        return destination.text(**({"visit": token} if token else {}), code=target.code, **there)
    query = "&".join(f"{name}={value}" for name, value in {**({"v": token} if token else {}), **there}.items())
    return f"/l/{target.slug}?{query}" if query else f"/l/{target.slug}"


def _of_the_firm(asked: dict[str, list[str]]) -> dict[str, str]:
    """The location of the firm that a link names, handed on: a plain word, or none."""
    location = asked.get("location", [""])[0]
    return {"location": location} if _CHANNEL.fullmatch(location) else {}


def _token(target: Target, visit: Visit) -> str:
    return visit_token(the_keyring().visits, target.workspace, Clicked(visit.id, visit.at, target.code, visit.location))


def _destination(target: Target, asked: dict[str, list[str]]) -> Address | None:
    """Where the program's file sends friends; with `to`, another page on one of its hosts. None: our own page."""
    landing = target.program.landing
    if landing is None:
        return None
    wanted = allowed(asked["to"][0], landing.hosts) if "to" in asked else None
    return wanted or read_address(landing.url)
