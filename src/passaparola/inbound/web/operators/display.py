"""How the pages look to one person: light, dark or as their system is; and their language. Kept in their browser, nothing else."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from passaparola.inbound.web.cookies import REGISTRY, keep_choice, take_away
from passaparola.inbound.web.operators.entry import needs
from passaparola.inbound.web.operators.permits import Permit

COOKIE = "display"
SCHEMES = ("light", "dark")


@require_POST
@needs(Permit.VIEW)
def choose_display(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen, and go back to the page it was chosen on. `system` keeps nothing."""
    answer = redirect(_back(request))
    scheme, language = request.POST.get("scheme"), request.POST.get("language")
    if scheme in SCHEMES:
        keep_choice(request, answer, COOKIE, scheme)
    elif scheme:
        take_away(answer, COOKIE)
    if language in dict(settings.LANGUAGES):
        keep_choice(request, answer, "django_language", language)
    return answer


def chosen_scheme(request: HttpRequest | None) -> str:
    """`light` or `dark`; empty: as the system is."""
    kept = request.COOKIES.get(REGISTRY[COOKIE].name, "") if request else ""
    return kept if kept in SCHEMES else ""


def _back(request: HttpRequest) -> str:
    to = request.POST.get("next", "")
    return to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else "/"
