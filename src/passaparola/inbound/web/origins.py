"""Staff at an address of their own: what a stranger opens and what staff are signed in to never share an origin.

Where PASSAPAROLA_STAFF_URL is another origin than PASSAPAROLA_PUBLIC_URL, pages of staff are not found at the public one, and public
pages asked for at the one of staff are sent to the public one. Looks, pictures, cookies, privacy and the API answer at both.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

AT_BOTH = ("passaparola.inbound.api", "passaparola.inbound.web.design", "passaparola.inbound.web.privacy")
OF_STAFF = ("passaparola.inbound.web.operators", "allauth")


class Origins:
    """Middleware. A session of staff is a cookie of one host, so that a page elsewhere can neither send it nor read with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        """Raises Http404 for a page of staff at the public address."""
        if not settings.STAFF_URL or view.__module__.startswith(AT_BOTH):
            return None
        here = request.get_host() == urlsplit(settings.STAFF_URL).netloc
        if view.__module__.startswith(OF_STAFF):
            return None if here else _not_public(request)
        return HttpResponseRedirect(settings.PUBLIC_URL + request.get_full_path()) if here else None


def _not_public(request: HttpRequest) -> HttpResponse:
    if request.path == "/" and request.method == "GET":
        return HttpResponseRedirect("/me/")
    raise Http404
