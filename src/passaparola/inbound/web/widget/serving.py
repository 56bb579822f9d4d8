"""The script, what it shows, and the same in a frame."""

import gzip
import hashlib
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from passaparola.actions.offers.show import offer_of_visit_or_code
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.rates import Rate
from passaparola.inbound.web.widget.callers import BUSY, Caller, answered, come_back, publishable
from passaparola.inbound.web.widget.saying import friend_of, program_of, read_in, shown
from passaparola.store.read.offers import firm_of
from passaparola.store.read.quotes import shown_quotes
from passaparola.store.read.snapshot import reading

SCRIPT = "widget/passaparola.js"
KINDS = ("banner", "section", "share", "purchase", "proof", "leaderboard", "email")
LONGEST_TOKEN = 400
MISSES = Rate(20, 60)  # tokens of nobody that one network may ask for in a minute
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'",
    "Cache-Control": "public, max-age=600, stale-while-revalidate=86400",
}


@lru_cache(maxsize=1)
def the_script() -> tuple[bytes, bytes, str]:
    """The module, the same compressed, and its tag."""
    path = finders.find(SCRIPT)
    if not path:
        raise FileNotFoundError(SCRIPT)
    content = Path(str(path)).read_bytes()
    return content, gzip.compress(content, 9, mtime=0), f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """The module, which is the same for everybody."""
    content, small, tag = the_script()
    headers = {**_OPEN, "ETag": tag, "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match", "") == tag:
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = small, "gzip"
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=headers)


@answered(("GET",))
def configuration(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """A program in words; for whoever came by a link, also what they are offered."""
    program = program_of(caller.workspace, request.GET.get("program", "")[:64])
    if program is None:
        raise Problem("not_found", "There is no such program, or it is not active.")
    with translation.override(read_in(request, request.GET.get("lang", ""), program)):
        with reading() as session:
            firm = firm_of(session, caller.workspace)
        said = shown(program, firm, caller.workspace)
        return {**said, "friend": _friend(request, caller), "lang": translation.get_language()}


@answered(("GET",))
def quotes(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """What others say of a program, as it is shown at this moment."""
    program = program_of(caller.workspace, request.GET.get("program", "")[:64])
    if program is None:
        raise Problem("not_found", "There is no such program, or it is not active.")
    language = read_in(request, request.GET.get("lang", ""), program)[:2]
    with reading() as session:
        return {"quotes": [asdict(row) for row in shown_quotes(session, caller.workspace, program.slug, language)]}


def _friend(request: HttpRequest, caller: Caller) -> dict[str, Any] | None:
    visit = request.GET.get("visit", "")[:LONGEST_TOKEN]
    network = client_network(request.META)
    if not visit or MISSES.full(caller.workspace, network):
        return None
    offer = offer_of_visit_or_code(caller.workspace, visit=visit, code=None, keys=the_keyring())
    found = friend_of(offer, offer.firm) if offer is not None else None
    if found is None:
        MISSES.spend(caller.workspace, network)
    return found


@require_safe
def frame(request: HttpRequest, prefix: str, kind: str) -> HttpResponse:
    """A widget as a page of its own, for the pages that the key names to frame, and no others."""
    try:
        return _framed(request, prefix, kind)
    except BUSY:
        return come_back()


def _framed(request: HttpRequest, prefix: str, kind: str) -> HttpResponse:
    row = publishable(prefix)
    if row is None or kind not in KINDS:
        return HttpResponse("There is no such thing here.\n", status=404, content_type="text/plain; charset=utf-8")
    given = {"key": prefix, "kind": kind, "program": request.GET.get("program", "")[:64]}
    program = program_of(row.workspace, given["program"])
    with translation.override(read_in(request, request.GET.get("lang", ""), program)):
        answer = render(request, "widget/frame.html", given)
    framers = " ".join(["'self'", *filter(None, [settings.STAFF_URL]), *row.origins])
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {framers}"
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(answer, ("Accept-Language",))
    return answer
