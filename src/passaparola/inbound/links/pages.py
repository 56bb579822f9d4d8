"""What is shown where a link leads nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from passaparola.inbound.links.redirect import ROBOTS, SWITCHED_OFF, UNREACHABLE
from passaparola.inbound.web.nowhere import firm_meant

RETRY_SECONDS = "30"


@never_cache
def leads_nowhere(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001  the handler has looked it up
    """404 for a link that nobody gave away, or that was switched off; 503 where nobody can say because the database is away."""
    if request.META.get(UNREACHABLE):
        answer = render(request, "503.html", status=503)
        answer["Retry-After"] = RETRY_SECONDS
    else:
        off = request.META.get(SWITCHED_OFF)
        firm = firm_meant(request, str(off) if off else None)
        answer = render(request, "410.html" if off else "404.html", {"firm": firm}, status=404)
    answer[ROBOTS[0]] = ROBOTS[1]
    return answer
