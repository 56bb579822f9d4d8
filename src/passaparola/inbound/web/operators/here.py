"""Where a page of staff is shown, and to whom."""

from django.conf import settings
from django.http import HttpRequest

from passaparola.actions.operators import role_of
from passaparola.inbound.commands import workspace_id
from passaparola.inbound.web.operators.permits import Permit, permits_of


def permits_here(request: HttpRequest) -> frozenset[Permit]:
    """What whoever asks may do; read once a request."""
    known: frozenset[Permit] | None = getattr(request, "permits", None)
    if known is None:
        known = permits_of(role_of(request.user))
        request.permits = known  # type: ignore[attr-defined]
    return known


def second_factor_demanded() -> bool:
    """Of everybody, but where nothing is real: a demo, whose visitors sign in with what `up --demo` printed."""
    return not settings.DEMO


def the_workspace() -> str:
    """The workspace that the pages show."""
    return workspace_id()
