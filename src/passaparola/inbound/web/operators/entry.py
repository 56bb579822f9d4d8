"""The door of the pages of staff: signed in, with a second factor, and nothing kept by browsers or found by search engines."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from passaparola.inbound.commands import workspace_id
from passaparola.inbound.web.operators.accounts import has_second_factor

View = Callable[..., HttpResponse]


def staff_page(view: View) -> View:
    """Every view of staff has this. Whoever is not signed in signs in first; who has no second factor sets one up first."""

    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if second_factor_demanded() and not has_second_factor(request.user):
            return redirect("mfa_index")
        response = view(request, *args, **given)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    answer.for_staff = True  # type: ignore[attr-defined]  # a test walks the addresses and asks for it
    return answer


def second_factor_demanded() -> bool:
    """Of everybody, but where nothing is real: a demo, whose visitors sign in with what `up --demo` printed."""
    return not settings.DEMO


def the_workspace() -> str:
    """The workspace that the pages show."""
    return workspace_id()
