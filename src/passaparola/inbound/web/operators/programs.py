"""One program: its rule in words, how far friends came, what it cost; pause and resume."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from passaparola.actions.programs.status import pause_program, resume_program
from passaparola.analytics.dashboard import DEFINITIONS
from passaparola.analytics.metrics import CATALOGUE
from passaparola.analytics.overview import ProgramGlance, recent_overview
from passaparola.domain.programs import describe, read_program
from passaparola.inbound.programs_known import has_board
from passaparola.inbound.today import now
from passaparola.inbound.tongue import the_exact_tongue
from passaparola.inbound.web.operators.acting import act
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import ProgramEntry, programs_of, version_document
from passaparola.store.read.desk import top_advocates
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import REFERRALS, REWARDS, page_of
from passaparola.store.read.snapshot import Session, reading

SHOWN = 8
_DEFINED = {metric.name: gettext_lazy(metric.definition) for metric in CATALOGUE}
_STEPS = (
    ("visits", gettext_lazy("Visits"), _DEFINED["visits"]),
    ("signups", gettext_lazy("Sign-ups"), _DEFINED["referred_signups"]),
    ("converted", gettext_lazy("Converted"), _DEFINED["converted_friends"]),
    (
        "rewarded",
        gettext_lazy("Rewarded"),
        gettext_lazy(DEFINITIONS["rewarded"]),
    ),
)
_CHANGES = {
    "pause": (
        pause_program,
        gettext_lazy("The program is paused. Nothing new is given until you resume it."),
        "active",
    ),
    "resume": (resume_program, gettext_lazy("The program is live again."), "paused"),
}


@require_safe
@needs(Permit.VIEW)
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """All there is to see of a program at a glance, and the newest referrals and rewards."""
    workspace = the_workspace()
    glance = recent_overview(workspace, now=now()).by_slug.get(slug)
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
        given: dict[str, Any] = {"program": entry.key}
        rewards = page_of(session, REWARDS, workspace, given=given, before=None, limit=SHOWN)
        referrals = page_of(session, REFERRALS, workspace, given=given, before=None, limit=SHOWN)
        top = top_advocates(session, workspace, entry.key)
        people = {r["beneficiary_id"] for r in rewards} | {person for person, _ in top}
        people |= {r["friend_id"] for r in referrals} | {r["advocate_person_id"] for r in referrals}
        given = {
            "entry": entry,
            "ranked": has_board(workspace, entry.key),
            "glance": glance,
            "funnel": funnel_of(glance) if glance else [],
            "rule": _rule(session, workspace, entry),
            "rewards": rewards,
            "referrals": referrals,
            "top": top,
            "labels": labels(session, workspace, {p for p in people if p}),
            "entries": entries,
        }
        return page(request, "program.html", session, workspace, given)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permit.WRITE_PROGRAMS)
def change(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Pause or resume: a page that asks, and the doing."""
    if verb not in _CHANGES:
        raise Http404
    workspace, (do, said, state) = the_workspace(), _CHANGES[verb]
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
        if request.method != "POST":
            given = {"entry": entry, "verb": verb, "possible": entry.status == state, "entries": entries}
            return page(request, "program_change.html", session, workspace, given)
    to = reverse("program", kwargs={"slug": slug})
    return act(request, lambda asked: do(entry.key, asked=asked), to=to, said=str(said))


def entry_of(entries: list[ProgramEntry], slug: str) -> ProgramEntry:
    """The program of this slug, or 404."""
    found = next((e for e in entries if e.slug == slug), None)
    if found is None:
        raise Http404
    return found


def funnel_of(glance: ProgramGlance) -> list[dict[str, Any]]:
    """The steps of the funnel, each with its definition, its width against the widest, and its share of the step before."""
    counts = [getattr(glance, name) for name, _, _ in _STEPS]
    widest, before = max(counts) or 1, [None, *counts[:3]]
    return [
        {
            "name": name,
            "count": count,
            "definition": definition,
            "width": max(count * 100 // widest, 1 if count else 0),
            "of": of,
            "otherwise": glance.issued if step == "rewarded" and not count else 0,
        }
        for (step, name, definition), count, of in zip(_STEPS, counts, before, strict=True)
    ]


def _rule(session: Session, workspace: str, entry: ProgramEntry) -> dict[str, Any]:
    """What the live version promises: sentences, those of its rewards as a list."""
    number = entry.live_version or entry.newest
    found = version_document(session, workspace, entry.key, number)
    read, _ = (
        read_program(found[0], key=entry.key, version=number, effective_from=found[1] or 0) if found else (None, [])
    )
    if read is None:
        return {}
    return {**in_parts(describe(read, the_exact_tongue())), "since": found[1] if found else None}


def in_parts(described: str) -> dict[str, list[str]]:
    """A program in words without its name and state: what is promised as a list, and the sentences before and after."""
    lines = described.split("\n")[1:]
    first = next((i for i, line in enumerate(lines) if line.startswith("- ")), len(lines))
    promises = [line[2:] for line in lines if line.startswith("- ")]
    return {"before": lines[:first], "promises": promises, "after": lines[first + len(promises) :]}
