"""The settings of cookies, and the privacy page that is written from the registry of cookies and from what is configured."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.inbound.web.advocates.answers import HEADERS, POLICY
from passaparola.inbound.web.advocates.channels import CHANNELS
from passaparola.inbound.web.cookies import DAY, HOUR, REGISTRY, Cookie, said_of, say, take_away
from passaparola.inbound.web.nowhere import firm_meant
from passaparola.inbound.web.reading import read_as_firm
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.snapshot import reading

LONGEST_ADDRESS = 2_000
FILMS = {"YouTube": "https://www.youtube.com/", "Vimeo": "https://vimeo.com/"}


@csrf_exempt  # the banner is on pages that set no cookie, so its form proves itself by where it was sent from
@require_http_methods(["GET", "HEAD", "POST"])
def cookies(request: HttpRequest) -> HttpResponse:
    """Every cookie with purpose and lifetime, and whether it is active here. POST: agree, decline, or save what is ticked."""
    back = _back(request)
    if request.method == "POST" and _from_here(request):
        return _said(request, back)
    context = {
        "firm": _firm_asked(request),
        "rows": [_row(request, cookie) for cookie in REGISTRY.values()],
        "said": said_of(request),
        "back": back,
        "strange": request.method == "POST",
        "saved": "saved" in request.GET,
    }
    return _page(request, "privacy/cookies.html", context, 403 if request.method == "POST" else 200)


@require_safe
def policy(request: HttpRequest, workspace: str = "main") -> HttpResponse:
    """Who answers for the data, what is kept and for how long, which cookies there are, who else may learn of a visit."""
    with reading() as session:
        found = default_workspace(session, workspace)
        firm = firm_of(session, found) if found else None
    if found is None or firm is None:
        return _page(request, "404.html", {"firm": firm_meant(request)}, 404)
    read_as_firm(request, found)
    others = [
        {"name": channel.name, "address": channel.target.split(" ")[0]}
        for channel in CHANNELS.values()
        if channel.target.startswith("https://")
    ] + [{"name": name, "address": address} for name, address in FILMS.items()]
    return _page(
        request,
        "privacy/policy.html",
        {"firm": firm, "rows": [_row(request, c) for c in REGISTRY.values()], "others": others},
    )


def _said(request: HttpRequest, back: str) -> HttpResponse:
    agreed = request.POST.get("choice") == "accept" or (
        request.POST.get("choice") == "save" and request.POST.get("display") == "on"
    )
    firm = "&" + urlencode({"firm": request.GET["firm"]}) if "firm" in request.GET else ""
    answer = HttpResponse(status=303, headers={**HEADERS, "Location": back or f"{reverse('cookies')}?saved{firm}"})
    say(answer, agreed=agreed)
    if not agreed:
        for cookie in REGISTRY.values():
            if not cookie.necessary and cookie.name in request.COOKIES:
                take_away(answer, cookie.word)
    return answer


def _from_here(request: HttpRequest) -> bool:
    """Whether a form of ours was sent by hand. A browser says where it was sent from; one that says nothing is asked on our own page."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin", "") == f"{request.scheme}://{request.get_host()}"


def _back(request: HttpRequest) -> str:
    """Where the person was, if that is a page of ours; never another site."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    if len(asked) > LONGEST_ADDRESS or not asked.startswith("/") or not url_has_allowed_host_and_scheme(asked, None):
        return ""
    return urlsplit(asked).path


def _row(request: HttpRequest, cookie: Cookie) -> dict[str, Any]:
    return {
        "name": cookie.name,
        "purpose": cookie.purpose,
        "lifetimes": [_lifetime(seconds) for seconds in cookie.seconds],
        "necessary": cookie.necessary,
        "active": cookie.name in request.COOKIES,
    }


def _lifetime(seconds: int) -> str:
    """In words; empty for one that ends with the browser."""
    if seconds >= DAY:
        return ngettext("%(n)s day", "%(n)s days", seconds // DAY) % {"n": seconds // DAY}
    return ngettext("%(n)s hour", "%(n)s hours", seconds // HOUR) % {"n": seconds // HOUR} if seconds else ""


def _firm_asked(request: HttpRequest) -> Firm | None:
    """The firm of the page that led here: `?firm=`, else the first."""
    with reading() as session:
        found = default_workspace(session, request.GET.get("firm", "main")[:64].replace("\0", ""))
        firm = firm_of(session, found) if found else None
    if found:
        read_as_firm(request, found)
    return firm


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    answer = render(
        request, template, {**context, "ask_of_cookies": False, "secure": settings.PUBLIC_IS_HTTPS}, status=status
    )
    for name, value in {**HEADERS, "Content-Security-Policy": POLICY}.items():
        answer.headers[name] = value
    return answer
