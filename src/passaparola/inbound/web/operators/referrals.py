"""One friend in one program: who brought them, why, and what it earned."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.stories import events_of, explained, stories, timeline
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import REFERRALS, record_of
from passaparola.store.read.snapshot import reading


@require_safe
@needs(Permit.VIEW)
def referral(request: HttpRequest, key: str) -> HttpResponse:
    """The decision in words, its rewards, and what happened when."""
    workspace = the_workspace()
    with reading() as session:
        row = record_of(session, REFERRALS, workspace, key)
        if row is None:
            raise Http404
        entries = programs_of(session, workspace)
        found = explained(session, workspace, f"ref_{key}")
        people = {row["friend_id"], row["advocate_person_id"], *(r.person for r in found.rewards)}
        given = {
            "referral": row,
            "entry": next(e for e in entries if e.key == row["program_id"]),
            "stories": stories(found),
            "rewards": found.rewards,
            "timeline": timeline(events_of(session, workspace, row["friend_id"]), found.rewards),
            "labels": labels(session, workspace, {p for p in people if p}),
            "entries": entries,
        }
        return page(request, "referral.html", session, workspace, given)
