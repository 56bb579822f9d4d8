"""Addresses of the API below /api/v1/. What is not there, or not with this method, is answered as a problem, too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from passaparola.inbound.api.answers import trouble
from passaparola.inbound.api.interface import api
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.api.reference import reference

FOR_BROWSERS = frozenset({"offers"})
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Access-Control-Allow-Headers": "authorization, accept-language",
    "Access-Control-Max-Age": "86400",
}


@csrf_exempt
def nothing_here(_: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address."""
    return trouble(Problem("not_found", f"There is no /api/v1/{rest[:80]}; /api/v1/docs says what there is."))


def _as_problem(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **values: Any) -> Any:
        said = view(request, *args, **values)
        if isinstance(said, HttpResponseNotAllowed):
            allowed = said.headers["Allow"]
            return trouble(Problem("method_not_allowed", f"Use {allowed}.", headers={"Allow": allowed}))
        return said

    return answered


def _for_browsers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Pages of other sites may ask and read the answer. Who may is decided by the key; no cookie counts."""

    @csrf_exempt
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **values: Any) -> Any:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=_PREFLIGHT)
        said = view(request, *args, **values)
        if request.headers.get("Origin"):
            said["Access-Control-Allow-Origin"] = "*"
        return said

    return answered


def _patterns() -> list[URLPattern | URLResolver]:
    found: list[URLPattern | URLResolver] = list(api.urls[0])
    for pattern in found:
        if isinstance(pattern, URLPattern):
            pattern.callback = _as_problem(pattern.callback)
            if str(pattern.pattern) in FOR_BROWSERS:
                pattern.callback = _for_browsers(pattern.callback)
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("docs", reference, name="api-reference"),
    path("", (_patterns(), api.urls[1], api.urls[2])),
    path("<path:rest>", nothing_here),
]
