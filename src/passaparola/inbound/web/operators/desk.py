"""The first page, and the box that finds."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from passaparola.analytics.overview import recent_overview
from passaparola.inbound.mail_way import mail_folder
from passaparola.inbound.today import now
from passaparola.inbound.web.operators.entry import needs, permits_here, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import funnel_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.search import LONGEST, Found, search
from passaparola.store.read.setups import open_setups
from passaparola.store.read.snapshot import reading


@require_safe
@needs(Permit.VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """Each program with its funnel and cost, and what needs a look."""
    workspace = the_workspace()
    seen = recent_overview(workspace, now=now())
    with reading() as session:
        entries = programs_of(session, workspace)
        pairs = [(e, seen.by_slug[e.slug]) for e in entries if e.slug in seen.by_slug]
        cards = [{"entry": e, "glance": glance, "funnel": funnel_of(glance)} for e, glance in pairs]
        waiting = [glance for _, glance in pairs if glance.for_person]
        given = {
            "cards": cards,
            "setups": open_setups(session, workspace) if Permit.WRITE_PROGRAMS in permits_here(request) else [],
            "waiting": waiting,
            "as_of": seen.as_of,
            "entries": entries,
            "mails_lie_in": "" if settings.MAIL.smtp else mail_folder(),
            "demo": settings.DEMO,
        }
        return page(request, "home.html", session, workspace, given)


@require_safe
@needs(Permit.VIEW)
def find(request: HttpRequest) -> HttpResponse:
    """What goes by a text. One of our ids, and an address that one person has, leads straight to its page.

    Names are for who looks after people.
    """
    workspace, typed = the_workspace(), request.GET.get("q", "")[: LONGEST * 2]
    with reading() as session:
        found = search(session, workspace, typed, names=Permit.SUPPORT in permits_here(request))
        if found.text.lower()[:4] in ("per_", "ref_", "rwd_") and found.exact:
            name, key = _only(found)
            return redirect(name, key=key)
        if found.exact and "@" in found.text and len(found.people) == 1:
            return redirect("person", key=found.people[0])
        entries = programs_of(session, workspace)
        given = {"found": found, "q": found.text, "programs": {e.key: e for e in entries}, "entries": entries}
        return page(request, "find.html", session, workspace, given)


def _only(found: Found) -> tuple[str, str]:
    kind = found.text.lower()[:3]
    if kind == "rwd":
        return "reward", found.rewards[0]["id"]
    return ("referral", found.referrals[0]["id"]) if kind == "ref" else ("person", found.people[0])
