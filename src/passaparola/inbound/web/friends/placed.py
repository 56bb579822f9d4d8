"""GET /p/<slug>: a place of the firm's own, where customers are asked to recommend. The look is counted, and they go on to joining."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passaparola.actions.visits.record import new_visit
from passaparola.domain.visits import kind_of
from passaparola.inbound.links.bots import is_bot
from passaparola.inbound.links.running import the_recorder
from passaparola.inbound.today import now_in
from passaparola.inbound.web.friends.answers import HEADERS, missing
from passaparola.store.read.placements import asked_at
from passaparola.store.read.snapshot import reading


@require_safe
def placed(request: HttpRequest, slug: str) -> HttpResponse:
    """To the page for joining, with the place in its address while the place is not over."""
    with reading() as session:
        asked = asked_at(session, slug.lower())
    if asked is None:
        return missing(request)
    where = f"/join/{asked.workspace_slug}/{asked.program_slug}"
    if asked.ended:
        return _on(where)
    kind = kind_of(request.META, method=request.method or "", bot=is_bot(request.headers.get("User-Agent", "")))
    the_recorder().record(new_visit(asked.workspace, asked.id, kind=kind, channel="", now=now_in(asked.workspace)))
    return _on(f"{where}?place={slug.lower()}")


def _on(address: str) -> HttpResponse:
    return HttpResponse(status=302, headers={**HEADERS, "Location": address})
