"""The dashboard, of one program or of all: every number with what it means and a way to the rows behind it."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from passaparola.analytics.dashboard import DEFINITIONS, Dashboard, dashboard
from passaparola.analytics.metrics import CATALOGUE
from passaparola.domain.money import decimal_text
from passaparola.domain.units import is_currency
from passaparola.inbound.today import now_in
from passaparola.inbound.tongue import short_day
from passaparola.inbound.web.operators.entry import needs, the_workspace
from passaparola.inbound.web.operators.numbers.span import STEP_WORDS, Span, presets, span_of, today_of
from passaparola.inbound.web.operators.permits import Permit
from passaparola.inbound.web.operators.programs import entry_of
from passaparola.inbound.web.operators.shown import page
from passaparola.store.read.catalogue import programs_of
from passaparola.store.read.explanations import labels
from passaparola.store.read.snapshot import reading

DEFINED: dict[str, Any] = {metric.name: gettext_lazy(metric.definition) for metric in CATALOGUE} | {
    name: gettext_lazy(words) for name, words in DEFINITIONS.items()
}
# The steps of the funnel: its name, its words, what is counted, the list behind it and its filters.
STEPS: tuple[tuple[str, Any, str, str, dict[str, str]], ...] = (
    ("shares", gettext_lazy("Shares"), "shares", "arrivals", {"kind": "share"}),
    ("visits", gettext_lazy("Visits"), "visits", "arrivals", {"kind": "visit"}),
    ("signups", gettext_lazy("Sign-ups"), "referred_signups", "referrals", {"step": "signups"}),
    ("converted", gettext_lazy("Purchases"), "converted_friends", "referrals", {"step": "converted"}),
    ("rewarded", gettext_lazy("Rewarded"), "rewarded", "referrals", {"step": "rewarded"}),
)
MONEY: tuple[tuple[str, Any], ...] = (
    ("held", gettext_lazy("Held")),
    ("due", gettext_lazy("Due")),
    ("payable", gettext_lazy("Payable")),
)


@require_safe
@needs(Permit.VIEW)
def board(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Funnel, series, channels, advocates, cost, budget and what is owed, of the days that are asked for."""
    workspace = the_workspace()
    now = now_in(workspace)
    today = today_of(now)
    span = span_of(request.GET, today)
    with reading() as session:
        entries = programs_of(session, workspace)
        entry = entry_of(entries, slug) if slug else None
        seen = dashboard(workspace, slug or None, span.range(), now=now)
        known = labels(session, workspace, {advocate.person for advocate in seen.top})
        given = {
            "entry": entry,
            "entries": entries,
            "seen": seen,
            "span": span,
            "presets": presets(request.GET, span),
            "steps": STEP_WORDS.items(),
            "step": seen.step,
            "funnel": funnel(seen, slug, span),
            "friends_chart": friends_chart(seen, seen.step),
            "reach_chart": reach_chart(seen, seen.step),
            "cost_charts": cost_charts(seen, slug, span),
            "channels": channels(seen, slug, span),
            "liabilities": liabilities(seen, slug),
            "refused": [
                (r, n, rows_of("referrals", slug, span, state="refused", reason=r)) for r, n in seen.refused.items()
            ],
            "issued_rows": rows_of("rewards", slug, money="issued"),
            "waiting_rows": rows_of("rewards", slug, money="waiting"),
            "used_rows": rows_of("rewards", slug, money="used"),
            "expired_rows": rows_of("rewards", slug, money="expired"),
            "revenue_rows": rows_of("referrals", slug, span, step="converted"),
            "person_rows": rows_of("rewards", slug, state="pending"),
            "labels": known,
            "defined": DEFINED,
            "empty": not any(seen.counts.values()),
        }
        return page(request, "numbers/board.html", session, workspace, given)


def rows_of(kind: str, slug: str, span: Span | None = None, /, **filters: str) -> str:
    """The address of the rows behind a number."""
    at = reverse(f"program-{kind}", kwargs={"slug": slug}) if slug else reverse(f"all-{kind}")
    return at + (span or Span(None, None, "", "")).query(**filters)


def funnel(seen: Dashboard, slug: str, span: Span) -> list[dict[str, Any]]:
    """Each step with its share of the one before, where it is a part of it."""
    widest, found, before = max(seen.counts[name] for name, *_ in STEPS) or 1, [], None
    for name, words, metric, rows, filters in STEPS:
        count = seen.counts[name]
        found.append(
            {
                "name": words,
                "count": count,
                "definition": DEFINED[metric],
                "width": max(count * 100 // widest, 1 if count else 0),
                "of": before,
                "otherwise": seen.issued if name == "rewarded" and not count else 0,
                "url": rows_of(rows, slug, span, **filters),
            }
        )
        before = count if name != "shares" else None
    return found


def friends_chart(seen: Dashboard, step: str) -> dict[str, Any]:
    """Sign-ups and purchases by the step."""
    return _chart(seen, step, (("signups", gettext("Sign-ups")), ("converted", gettext("Purchases"))))


def reach_chart(seen: Dashboard, step: str) -> dict[str, Any]:
    """Shares and visits by the step."""
    return _chart(seen, step, (("shares", gettext("Shares")), ("visits", gettext("Visits"))))


def _chart(seen: Dashboard, step: str, names: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    values = list(seen.series.values())
    return {
        "kind": "line" if len(values) > 1 else "bar",
        "labels": [label_of(bucket, step) for bucket in seen.series],
        "series": [{"name": words, "values": [row[name] for row in values]} for name, words in names],
    }


def cost_charts(seen: Dashboard, slug: str, span: Span) -> list[dict[str, Any]]:
    """What was earned by the step and altogether, a chart for each currency; units that are no money stand in the table of costs only."""
    return [
        {
            "unit": unit,
            "minor": sum(line.values()),
            "url": rows_of("rewards", slug, span, money="earned", unit=unit),
            "data": {
                "kind": "bar",
                "labels": [label_of(bucket, seen.step) for bucket in line],
                "series": [{"name": unit, "values": [float(decimal_text(minor, unit)) for minor in line.values()]}],
            },
        }
        for unit, line in seen.cost_series.items()
        if is_currency(unit)
    ]


def label_of(bucket: date, step: str) -> str:
    """How a bucket is named in the language of who looks."""
    return short_day(bucket, "LLL y" if step == "month" else "d MMM")


def channels(seen: Dashboard, slug: str, span: Span) -> list[dict[str, Any]]:
    """The channels with the rows of each."""
    most = max((max(c.shares, c.visits) for c in seen.channels), default=0) or 1
    return [
        {
            "name": c.name,
            "shares": c.shares,
            "visits": c.visits,
            "width": c.visits * 100 // most,
            "shares_url": rows_of("arrivals", slug, span, kind="share", channel=c.name or "-"),
            "visits_url": rows_of("arrivals", slug, span, kind="visit", channel=c.name or "-"),
        }
        for c in seen.channels
    ]


def liabilities(seen: Dashboard, slug: str) -> list[dict[str, Any]]:
    """What is owed by unit, each with its meaning and its rows."""
    return [
        {
            "unit": line.unit,
            "tiles": [
                {
                    "label": words,
                    "minor": getattr(line, name),
                    "definition": DEFINED[name],
                    "url": rows_of("rewards", slug, money=name, unit=line.unit),
                }
                for name, words in MONEY
            ],
        }
        for line in seen.liabilities
    ]
