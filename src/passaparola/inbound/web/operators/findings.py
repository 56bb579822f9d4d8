"""What somebody should look at, in words, and that it was looked at."""

import re
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.findings import resolve_finding
from passaparola.domain.instant import parse_instant
from passaparola.domain.reasons import Reason
from passaparola.inbound.templatetags.desk import because, when
from passaparola.inbound.tongue import units_in_words
from passaparola.inbound.web.operators.acting import act, note_of
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.words import DETAILS, DETAILS_OF, PROBLEMS, WAITS_FOR, finding_words
from passaparola.store.read.explanations import labels
from passaparola.store.read.pages import FINDINGS, Record, page_of
from passaparola.store.read.snapshot import reading

_PLACES = {"person": "person", "other": "person", "friend": "person", "stands": "referral", "merged": "referral"}
_PLACES |= {"referral": "referral", "reward": "reward", "now": "person"}
_PLACES_OF = {("late_event_after_redemption", "stands"): "person"}
_AMOUNTS = frozenset({"amount", "short", "has", "due", "used", "total"})  # minor units of the finding's `unit`
HEX = frozenset("0123456789abcdef")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


@require_safe
@needs(Permit.VIEW)
def findings(request: HttpRequest) -> HttpResponse:
    """Open findings, or those dealt with, the newest first."""
    workspace, done = the_workspace(), request.GET.get("state") == "resolved"
    with reading() as session:
        given = {"resolved": True} if done else {"open": True}
        rows = page_of(session, FINDINGS, workspace, given=given, before=cursor_of(request), limit=PAGE + 1)
        found = [_shown(row) for row in rows[:PAGE]]
        people = {line["key"] for row in found for line in row["lines"] if line["to"] == "person"}
        shown = {
            "rows": found,
            "labels": labels(session, workspace, people),
            "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
            "done": done,
        }
        return page(request, "findings.html", session, workspace, shown)


@require_POST
@needs(Permit.SUPPORT)
def resolve(request: HttpRequest, key: str) -> HttpResponse:
    """It was looked at."""
    note = note_of(request)
    said = gettext("The finding is dealt with.")
    return act(request, lambda asked: resolve_finding(key, asked=asked, note=note), to=reverse("findings"), said=said)


def _shown(row: Record) -> dict[str, Any]:
    title, advice = finding_words(row["kind"])
    detail = _with_units(orjson.loads(row["detail"]))
    lines = [_line(row["kind"], name, value) for name, value in detail.items() if value not in (None, "", [])]
    if row["kind"] == "event_conflict":
        lines = [{"name": gettext("Event"), "value": row["key"].rpartition(":")[0], "to": None, "key": None}]
    return {**row, "title": title, "advice": advice, "lines": lines}


def _with_units(detail: dict[str, Any]) -> dict[str, Any]:
    """Bare amounts stand with their unit."""
    unit, bare = detail.get("unit"), {name for name in _AMOUNTS & detail.keys() if isinstance(detail[name], int)}
    if not (bare and isinstance(unit, str)):
        return detail
    return {name: [value, unit] if name in bare else value for name, value in detail.items() if name != "unit"}


def _line(kind: str, name: str, value: Any) -> dict[str, Any]:
    """One value of a finding: amounts as amounts, our ids as links, reasons in words."""
    to, key = _PLACES_OF.get((kind, name), _PLACES.get(name)), None
    if to and isinstance(value, str) and len(value) == 32 and set(value) <= HEX:
        key = value
    match value:
        case [int() as minor, str() as unit]:
            text = units_in_words(minor, unit)
        case str() if _MOMENT.fullmatch(value):
            text = when(parse_instant(value))
        case str() if name in ("why", "reason"):
            text = str(PROBLEMS[value]) if value in PROBLEMS else because(value) if value in set(Reason) else value
        case str() if name == "waits_for":
            text = str(WAITS_FOR.get(value, value))
        case list():
            text = ", ".join(str(part) for part in value)
        case _:
            text = str(value)
    return {
        "name": DETAILS_OF.get((kind, name)) or DETAILS.get(name, name.replace("_", " ").capitalize()),
        "value": text,
        "to": to if key else None,
        "key": key,
    }
