"""The door of the pages of staff: signed in, with a second factor, permitted, and nothing kept by browsers or found by search engines."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from passaparola.inbound.web.operators.accounts import has_second_factor
from passaparola.inbound.web.operators.here import permits_here, second_factor_demanded, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import closed_page, missing_page

__all__ = ["needs", "permits_here", "second_factor_demanded", "the_workspace"]

View = Callable[..., HttpResponse]


def needs(permit: Permit) -> Callable[[View], View]:
    """Every view of staff has this: `@needs(Permit.VIEW)`, below `@require_…`.

    Whoever is not signed in signs in first; who has no second factor sets one up first; whose role has not the permit is told so (403).
    """

    def guarded(view: View) -> View:
        @never_cache
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if second_factor_demanded() and not has_second_factor(request.user):
                return redirect("mfa_index")
            response = _answered(view, permit, request, args, given)
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        answer.permit = permit  # type: ignore[attr-defined]  # a test walks the addresses and asks for it
        return answer

    return guarded


def _answered(view: View, permit: Permit, request: HttpRequest, args: Any, given: Any) -> HttpResponse:
    if permit not in permits_here(request):
        return closed_page(request, permit)
    try:
        return view(request, *args, **given)
    except Http404:
        return missing_page(request)
