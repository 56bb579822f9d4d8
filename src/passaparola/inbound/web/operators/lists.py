"""The referrals and rewards of a program, by state, page by page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from passaparola.inbound.web.operators import words
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import REFERRALS, REWARDS, Listing, page_of
from passaparola.store.read.snapshot import reading

PAGE = 25
HEX = frozenset("0123456789abcdef")
_PEOPLE = {"referrals": ("friend_id", "advocate_person_id"), "rewards": ("beneficiary_id",)}


@require_safe
@needs(Permit.VIEW)
def referrals(request: HttpRequest, slug: str) -> HttpResponse:
    """Friends of a program, the newest first."""
    return _list(request, slug, "referrals", REFERRALS, ("status", words.REFERRAL_STATES))


@require_safe
@needs(Permit.VIEW)
def rewards(request: HttpRequest, slug: str) -> HttpResponse:
    """Rewards of a program, the newest first."""
    return _list(request, slug, "rewards", REWARDS, ("state", words.REWARD_STATES))


def cursor_of(request: HttpRequest) -> str | None:
    """The id to go on behind; what cannot be one begins at the top."""
    text = request.GET.get("before", "")
    return text if len(text) == 32 and set(text) <= HEX else None


def _list(
    request: HttpRequest, slug: str, kind: str, listing: Listing, states: tuple[str, dict[str, Any]]
) -> HttpResponse:
    workspace, (name, known), before = the_workspace(), states, cursor_of(request)
    chosen = request.GET.get("state", "")
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug)
        given: dict[str, Any] = {"program": entry.key}
        if chosen in known:
            given[name] = chosen
        rows = page_of(session, listing, workspace, given=given, before=before, limit=PAGE + 1)
        people = {row[column] for row in rows for column in _PEOPLE[kind]}
        shown = {
            "entry": entry,
            "kind": kind,
            "rows": rows[:PAGE],
            "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
            "first": before is None,
            "states": known,
            "chosen": chosen if chosen in known else "",
            "labels": labels(session, workspace, {p for p in people if p}),
            "entries": entries,
        }
        return page(request, "list.html", session, workspace, shown)
