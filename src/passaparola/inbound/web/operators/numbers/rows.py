"""The lists of staff: referrals, rewards, and the shares and visits behind the numbers; filtered, page by page, and as a file."""

from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from passaparola.domain.cells import csv_text
from passaparola.domain.instant import iso
from passaparola.domain.money import decimal_text
from passaparola.inbound.web.operators.entry import needs, permits_here, the_workspace
from passaparola.inbound.web.operators.lists import PAGE, cursor_of
from passaparola.inbound.web.operators.numbers.filters import KINDS, Kind, Question, Wanted, wanted_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.inbound.web.operators.words import VERBS
from passaparola.store.read.catalogue import ProgramEntry, programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.filtered import count_of, reasons_of, worth_of
from passaparola.store.read.pages import Record, page_of
from passaparola.store.read.snapshot import Session, reading

FILE_PAGE = 500
HEADS: dict[str, tuple[str, ...]] = {
    "referrals": (
        "referral", "program", "friend", "advocate", "state", "reason", "begun", "recommended", "signed_up", "converted", "paid_orders",
        "revenue", "currency",
    ),
    "rewards": (
        "reward", "program", "for", "side", "kind", "amount", "taken_back", "unit", "state", "reason", "begun", "issued", "held_until",
        "expires", "referral",
    ),
    "arrivals": ("what", "at", "channel", "program", "link_of", "person", "to"),
}  # fmt: skip


@require_safe
@needs(Permit.VIEW)
def referrals(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Friends, the newest first."""
    return _list(request, slug, KINDS["referrals"])


@require_safe
@needs(Permit.VIEW)
def rewards(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Rewards, the newest first."""
    return _list(request, slug, KINDS["rewards"])


@require_safe
@needs(Permit.VIEW)
def arrivals(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Shares and visits, the newest first."""
    return _list(request, slug, KINDS["arrivals"])


def _list(request: HttpRequest, slug: str, kind: Kind) -> HttpResponse:
    workspace, before = the_workspace(), cursor_of(request)
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug) if slug else None
        chosen = entry or next((e for e in entries if e.slug == request.GET.get("program")), None)
        names = Permit.SUPPORT in permits_here(request)
        wanted = wanted_of(session, workspace, kind, Question(request.GET, chosen, names))
        if request.GET.get("as") == "csv":
            return _file(kind, wanted, workspace, entries)
        rows = page_of(session, kind.listing, workspace, given=wanted.given, before=before, limit=PAGE + 1)
        people = {row[column] for row in rows for column in kind.people}
        worth = worth_of(session, workspace, wanted.given, wanted.money) if kind.name == "rewards" else []
        count = sum(n for _, n, _ in worth) if worth else _count(session, workspace, kind, wanted, rows)
        shown = {
            "entry": entry,
            "kind": kind,
            "rows": rows[:PAGE],
            "next": rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
            "first": before is None,
            "asked": wanted.shown,
            "wrong": wanted.wrong,
            "more": set(wanted.shown) - {"program", "q", "state", "kind"},
            "count": count,
            "worth": [(unit, minor) for unit, _, minor in worth if minor],
            "reasons": reasons_of(session, workspace, kind.listing) if kind.name != "arrivals" else [],
            "labels": labels(session, workspace, {p for p in people if p}),
            "programs": {e.key: e for e in entries} if entry is None else {},
            "entries": entries,
            "file": f"?{urlencode({**wanted.shown, 'as': 'csv'})}",
            "filters": urlencode({**wanted.shown, "list": kind.name}),
            "verbs": [(verb, name, look) for verb, (name, _said, look) in VERBS.items()],
        }
        return page(request, "numbers/rows.html", session, workspace, shown)


def _count(session: Session, workspace: str, kind: Kind, wanted: Wanted, rows: list[Record]) -> int:
    return count_of(session, kind.listing, workspace, wanted.given) if rows else 0


# -- as a file -------------------------------------------------------------------------------------------------------------


def _file(kind: Kind, wanted: Wanted, workspace: str, entries: list[ProgramEntry]) -> HttpResponse:
    answer = StreamingHttpResponse(
        _lines(kind, wanted, workspace, {e.key: e.slug for e in entries}), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind.name}.csv"'
    return cast("HttpResponse", answer)  # what a view may answer as well


def _lines(kind: Kind, wanted: Wanted, workspace: str, programs: dict[str, str]) -> Iterator[str]:
    """A page of rows at a time, each as of its own moment, so that a large file holds nobody up."""
    yield "\ufeff" + csv_text(HEADS[kind.name], [])
    before = None
    while True:
        with reading() as session:
            rows = page_of(session, kind.listing, workspace, given=wanted.given, before=before, limit=FILE_PAGE)
            people = {row[column] for row in rows for column in kind.people}
            names = labels(session, workspace, {p for p in people if p})
        cells = [_CELLS[kind.name](row, programs, names) for row in rows]
        yield _body(cells)
        if len(rows) < FILE_PAGE:
            return
        before = rows[-1]["id"]


def _body(cells: Iterable[tuple[object, ...]]) -> str:
    return csv_text((), cells).partition("\r\n")[2]


def _at(instant: int | None) -> str:
    return iso(instant) if instant is not None else ""


def _referral_cells(row: Record, programs: dict[str, str], names: dict[str, str]) -> tuple[object, ...]:
    unit = row["qualifying_unit"]
    return (
        f"ref_{row['id']}", programs.get(row["program_id"], ""), names.get(row["friend_id"], ""),
        names.get(row["advocate_person_id"] or "", ""), row["status"], row["reason"], _at(row["created_at"]), _at(row["bound_at"]),
        _at(row["signed_up_at"]), _at(row["converted_at"]), row["paid_orders"],
        decimal_text(row["qualifying_minor"], unit) if unit else "", unit or "",
    )  # fmt: skip


def _reward_cells(row: Record, programs: dict[str, str], names: dict[str, str]) -> tuple[object, ...]:
    unit = row["unit"]
    return (
        f"rwd_{row['id']}", programs.get(row["program_id"], ""), names.get(row["beneficiary_id"], ""), row["side"], row["kind"],
        decimal_text(row["amount"], unit), decimal_text(row["reversed"], unit), unit, row["state"], row["reason"],
        _at(row["created_at"]), _at(row["issued_at"]), _at(row["hold_until"]), _at(row["expires_at"]),
        f"ref_{row['referral_id']}" if row["referral_id"] else "",
    )  # fmt: skip


def _arrival_cells(row: Record, programs: dict[str, str], names: dict[str, str]) -> tuple[object, ...]:
    people = (names.get(row[column] or "", "") for column in ("advocate", "person", "other"))
    return (row["kind"], _at(row["at"]), row["channel"], programs.get(row["program_id"] or "", ""), *people)


_CELLS: dict[str, Any] = {"referrals": _referral_cells, "rewards": _reward_cells, "arrivals": _arrival_cells}
