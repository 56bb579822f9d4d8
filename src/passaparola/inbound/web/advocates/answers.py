"""How an advocate's page is sent: kept by nobody, found by no search engine, allowed to hand a message to the channels of sharing."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passaparola.actions.conflicts import Conflict
from passaparola.actions.writer import QueueFull, UnableToReachDatabase, Unanswered, WriterStopped
from passaparola.inbound.web.advocates.channels import FORM_TARGETS
from passaparola.inbound.web.nowhere import firm_meant

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self'"
)
SUBJECT = (
    "passaparola.subject"  # in the environment of a request: what says whom the pages of somebody who is in speak of
)
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
QUIET = {"Referrer-Policy": "no-referrer"}  # pages whose address is a secret


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200, *, shares: bool = False
) -> HttpResponse:
    """A page. With `shares` its forms may lead on to the channels: a browser asks for that even of a redirect."""
    policy = f"{POLICY} {' '.join(FORM_TARGETS)}" if shares else POLICY
    of_whom = request.META.get(SUBJECT)
    answer = render(request, template, {"subject": of_whom() if of_whom else "", **context}, status=status)
    for name, value in {**HEADERS, "Content-Security-Policy": policy}.items():
        answer.headers[name] = value
    return answer


def quiet_page(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A page whose address nobody else may learn: not from a referrer, and not from our log, which says nothing of it."""
    answer = page(request, template, context, status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def missing(request: HttpRequest) -> HttpResponse:
    """The same page for what never was and for what is somebody else's."""
    return page(request, "404.html", {"firm": firm_meant(request), "ask_of_cookies": False}, 404)


def gone_on(address: str) -> HttpResponse:
    """To another page of ours, with GET: a reload sends nothing again."""
    return HttpResponse(status=303, headers={**HEADERS, **QUIET, "Location": address})


def patient(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views that write: where too much is waiting, the page says to come back, and nothing was begun twice when they do."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (QueueFull, WriterStopped, Unanswered, UnableToReachDatabase, Conflict):
            answer = quiet_page(request, "advocate/later.html", {}, 503)
            answer.headers["Retry-After"] = "5"
            return answer

    return answered
