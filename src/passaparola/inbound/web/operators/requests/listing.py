"""Requests that wait for staff, those that were decided, and what speaks for one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from passaparola.actions.requests.evidence import evidence_of
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.referrals.requests import OPERATOR_WORDS, Refused, RequestKind, RequestState
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.requests import RequestRow, request_by_id, requests_in
from passaparola.store.read.snapshot import reading

SHELVES: dict[str, tuple[Any, tuple[RequestState, ...]]] = {
    "": (_("To decide"), (RequestState.OPEN,)),
    "unmatched": (_("Nobody by this name"), (RequestState.UNMATCHED,)),
    "asked": (_("Waiting for the advocate"), (RequestState.ASKED,)),
    "done": (_("Decided"), (RequestState.ACCEPTED, RequestState.REFUSED)),
}
STATES: dict[str, Any] = {
    RequestState.OPEN: _("to decide"),
    RequestState.UNMATCHED: _("nobody found"),
    RequestState.ASKED: _("advocate is asked"),
    RequestState.ACCEPTED: _("counts"),
    RequestState.REFUSED: pgettext_lazy("a request", "refused"),
    RequestState.LAPSED: _("lapsed"),
    RequestState.UNCONFIRMED: _("not confirmed"),
    RequestState.NEW: _("new"),
}
TONES = {RequestState.OPEN: "wait", RequestState.ACCEPTED: "good", RequestState.REFUSED: "bad"}
MIDDLE: Instant = 13 * 3600 * SECOND  # from the local midnight of a day, east or west, to a moment of that day in UTC
WHY_NOT = tuple(why for why in Refused if why is not Refused.ADVOCATE_SAID_NO)


@require_safe
@needs(Permit.SUPPORT)
def requests(request: HttpRequest) -> HttpResponse:
    """What waits, the newest first."""
    workspace, chosen = the_workspace(), request.GET.get("state", "")
    shelf = chosen if chosen in SHELVES else ""
    with reading() as session:
        rows = requests_in(session, workspace, SHELVES[shelf][1], limit=PAGE + 1, before=cursor_of(request))
        shown = {
            "rows": [_row(row) for row in rows[:PAGE]],
            "labels": labels(session, workspace, {row.person for row in rows if row.person}),
            "next": rows[PAGE - 1].id if len(rows) > PAGE else None,
            "first": cursor_of(request) is None,
            "shelves": [(key, words, key == shelf) for key, (words, _states) in SHELVES.items()],
            "shelf": shelf,
            "programs": {entry.key: entry for entry in programs_of(session, workspace)},
        }
        return page(request, "requests/list.html", session, workspace, shown)


def _row(row: RequestRow) -> dict[str, Any]:
    missing = row.kind == RequestKind.MISSING
    return {
        "row": row,
        "missing": missing,
        "day": row.came_at + MIDDLE if missing else row.came_at,
        "state": STATES[RequestState(row.state)],
        "tone": TONES.get(RequestState(row.state), "calm"),
        "why": OPERATOR_WORDS[Refused(row.reason)] if row.reason else "",
    }


@require_safe
@needs(Permit.SUPPORT)
def request_page(request: HttpRequest, key: str) -> HttpResponse:
    """One request, what speaks for it, and the decision."""
    return shown_request(request, key)


def shown_request(request: HttpRequest, key: str, named: str = "") -> HttpResponse:
    """The page of a request; `named` is the advocate whom somebody typed or chose, where that was not taken."""
    workspace = the_workspace()
    with reading() as session:
        row = request_by_id(session, key)
        if row is None or row.workspace != workspace:
            raise Http404
        found = evidence_of(session, row)
        people = {row.person, found.friend, found.bound_to, *found.candidates} - {None}
        shown = {
            **_row(row),
            "found": found,
            "open": row.state in (RequestState.OPEN, RequestState.UNMATCHED),
            "labels": labels(session, workspace, {str(person) for person in people}),
            "program": next((e for e in programs_of(session, workspace) if e.key == row.program), None),
            "reasons": [(str(why), OPERATOR_WORDS[why]) for why in WHY_NOT],
            "named": named,
            "here": reverse("request", kwargs={"key": key}),
        }
        return page(request, "requests/request.html", session, workspace, shown)
