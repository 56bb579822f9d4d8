"""GET /r/<slug>, the advocates' links: a WSGI handler of its own, before Django's middleware, with its own limits and headers.

The visit is durable before the friend is sent on. What cannot be answered with a redirect is left to Django's pages.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from passaparola.actions.visits.record import new_visit
from passaparola.domain.programs.destinations import Address, allowed, read_address
from passaparola.domain.tokens import Clicked, visit_token
from passaparola.domain.visits import Visit, VisitKind, kind_of
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.links.bots import is_bot
from passaparola.inbound.links.running import the_recorder, the_targets
from passaparola.inbound.links.targets import LinksUnreachable, Target
from passaparola.inbound.today import now_in

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
Environ = dict[str, Any]
StartResponse = Callable[..., Any]


def redirect(environ: Environ, start_response: StartResponse) -> Iterable[bytes] | None:
    """Record the visit and send the friend on. None for Django: no such link, or nobody can say whether there is one."""
    method: str = environ["REQUEST_METHOD"]
    if method not in ("GET", "HEAD"):
        return _refused(start_response)
    target = _target(environ)
    if target is None:
        return None
    query = environ.get("QUERY_STRING") or ""
    asked = parse_qs(query) if query and len(query) <= LONGEST_QUERY else {}
    kind = kind_of(environ, method=method, bot=is_bot(environ.get("HTTP_USER_AGENT") or ""))
    visit = new_visit(target.workspace, target.link, kind=kind, channel=_channel(asked), now=now_in(target.workspace))
    the_recorder().record(visit)
    start_response("302 Found", [("Location", _location(target, visit, asked)), *_HEADERS])
    return []


def _refused(start_response: StartResponse) -> Iterable[bytes]:
    start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), ("Content-Length", "0")])
    return []


def _target(environ: Environ) -> Target | None:
    slug = environ["PATH_INFO"][len(PREFIX) :].lower()
    if not _SLUG.fullmatch(slug):
        return None
    try:
        target = the_targets().find(slug)
    except LinksUnreachable:
        environ[UNREACHABLE] = True
        return None
    if target is None or target.leads:
        return target
    environ[SWITCHED_OFF] = True
    return None


def _channel(asked: dict[str, list[str]]) -> str:
    """The channel of a link, or none: what is not a plain word is left out."""
    channel = asked.get("c", [""])[0]
    return channel if _CHANNEL.fullmatch(channel) else ""


def _location(target: Target, visit: Visit, asked: dict[str, list[str]]) -> str:
    """The firm's page or ours. A machine gets no token: none is used up, and its preview shows the page all the same."""
    token = "" if visit.kind is VisitKind.MACHINE else _token(target, visit)
    destination = _destination(target, asked)
    if destination is not None:
        return destination.text(**({"visit": token} if token else {}), code=target.code)
    return f"/l/{target.slug}?v={token}" if token else f"/l/{target.slug}"


def _token(target: Target, visit: Visit) -> str:
    return visit_token(the_keyring().visits, target.workspace, Clicked(visit.id, visit.at, target.code))


def _destination(target: Target, asked: dict[str, list[str]]) -> Address | None:
    """Where the program's file sends friends; with `to`, another page on one of its hosts. None: our own page."""
    landing = target.program.landing
    if landing is None:
        return None
    wanted = allowed(asked["to"][0], landing.hosts) if "to" in asked else None
    return wanted or read_address(landing.url)
