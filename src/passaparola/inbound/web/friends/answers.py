"""How a friend's page is sent: kept by nobody, found by no search engine, telling nobody where the friend came from."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from passaparola.domain.design.video import Player, Video
from passaparola.inbound.web.nowhere import firm_meant

PUBLIC_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": PUBLIC_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def page(template: str, context: Mapping[str, Any], status: int = 200, *, film: Video | None = None) -> HttpResponse:
    """A page made without the request: nothing of the visitor can get into it. With a film, its player may be loaded."""
    headers = {**HEADERS, "Content-Security-Policy": f"{PUBLIC_POLICY}{_player(film)}"} if film else HEADERS
    return HttpResponse(render_to_string(template, dict(context)), status=status, headers=headers)


def _player(film: Video) -> str:
    kind = "media-src" if film.player is Player.FILE else "frame-src"
    return f"; script-src 'self'; connect-src 'self'; {kind} {film.origin}"


def missing(request: HttpRequest) -> HttpResponse:
    """The same page for what never was and for what is somebody else's."""
    return page("404.html", {"firm": firm_meant(request)}, 404)


def gone_on(address: str) -> HttpResponse:
    """To another page of ours, with GET (after a form, so that a reload sends nothing again)."""
    return HttpResponse(status=303, headers={**HEADERS, "Location": address})
