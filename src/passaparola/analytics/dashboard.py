"""The dashboard of a program, or of all: how far friends came, when, by which channel, by whom, and what it costs.

The numbers are those of the report (docs/metrics.md), read from what is counted ahead and what came since (`store/read/tallies.py`) as of
one moment, with a fixed number of statements.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from passaparola.analytics.overview import Budget, Cost, budgets_of, costs_of, issued_of
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs import read_program
from passaparola.domain.tongue import gettext_noop as _
from passaparola.store.read import tallies, tally_sums
from passaparola.store.read.catalogue import ProgramEntry, programs_of, serial_of, version_document
from passaparola.store.read.snapshot import Session, snapshot
from passaparola.store.read.tallies import Sums
from passaparola.store.read.tally_sums import Scope

PACE_DAYS = 30
TOP = 10
MOST_DAYS = 500  # of a series by day
STEPS = ("day", "week", "month")
SERIES = ("shares", "visits", "clicks", "signups", "converted", "given")
FUNNEL = ("shares", "visits", "signups", "converted", "rewarded")
EPOCH = date(1970, 1, 1)

# What is counted, where the catalogue of the report does not say it already.
DEFINITIONS: dict[str, str] = {
    "rewarded": _(
        "Converted friends for whom at least one reward was issued, to them or to who brought them. What is for several friends together"
        " (a milestone, a contest) or was given by staff is for none of them by itself: it counts as cost only."
    ),
    "cost": _("What was issued, net of what was taken back: what people have, have used, or let expire."),
    "earned": _(
        "What was earned on these days, by its value now: what was denied, cancelled or taken back is worth nothing."
    ),
    "waiting": _("Rewards that were earned and are not issued yet: held, to be approved, or to be claimed."),
    "held": _("What was earned and waits: it is owed once its hold ends or somebody approves or claims it."),
    "due": _("Credit and vouchers that people have and have not used: it may be used at any time."),
    "payable": _("What is to be paid out, paid with the wages, or sent, and has not left the firm yet."),
    "budget": _("How much of the budget of the program is taken by rewards, those that wait included."),
    "lasts": _("When the budget is used up if as much is earned each day as in the last 30 days."),
    "channels": _("Shares and visits by the channel that came with them; sign-ups and orders have none."),
    "refused": _("Friends whose recommendation was refused, by the reason that stands now."),
}


class Range(NamedTuple):
    """Days since 1970, the last included. `first` 0: from the beginning. `step` empty: as their number asks for."""

    first: int
    last: int
    step: str = ""


class Liability(NamedTuple):
    """In one unit, minor units: waiting to be issued, open at people, and to be handed over."""

    unit: str
    held: int
    due: int
    payable: int


class Channel(NamedTuple):
    """`name` empty: none came with it."""

    name: str
    shares: int
    visits: int


class Advocate(NamedTuple):
    """Friends who converted, and what their qualifying orders came to in the program's currency."""

    person: str
    friends: int
    minor: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything of one moment. Counts by name; `series`: (first day of a bucket) → counts by name."""

    entry: ProgramEntry | None
    serial: int
    currency: str
    counts: dict[str, int]
    step: str
    series: dict[date, dict[str, int]]
    cost_series: dict[str, dict[date, int]]
    channels: tuple[Channel, ...]
    top: tuple[Advocate, ...]
    refused: dict[str, int]
    issued: int
    costs: tuple[Cost, ...]
    liabilities: tuple[Liability, ...]
    revenue: dict[str, int]
    budget: Budget | None = None
    lasts_until: date | None = None
    pace: int = 0
    rewards: dict[tuple[str, str, str, str], tuple[int, int]] = field(
        default_factory=dict
    )  # (side, kind, unit, state), as in the report


def dashboard(workspace: str, slug: str | None, span: Range, *, now: Instant) -> Dashboard:
    """Of the program of this slug, or of all of the workspace. Raises KeyError when there is no such program."""
    with snapshot() as session:
        entries = {entry.slug: entry for entry in programs_of(session, workspace)}
        entry = entries[slug] if slug is not None else None
        key = entry.key if entry else None
        budget = budgets_of(session, workspace, {key: entry}).get(key) if entry and key else None
        since = tallies.rest(session, workspace, tallies.mark_of(session, workspace))
        return _read(session, workspace, entry, since, span, budget, now)


def _read(
    session: Session,
    workspace: str,
    entry: ProgramEntry | None,
    since: Sums,
    span: Range,
    budget: Budget | None,
    now: Instant,
) -> Dashboard:
    key = entry.key if entry else None
    within, always = Scope(key, span.first, span.last), Scope(key)
    ranged = _Totals(tally_sums.totals(session, workspace, within), since, within)
    whole = ranged if within == always else _Totals(tally_sums.totals(session, workspace, always), since, always)
    days = tally_sums.by_day(session, workspace, within, SERIES)
    currency = _currency(session, workspace, entry)
    top = tally_sums.advocates(session, workspace, always, since, currency=currency, limit=TOP)
    today = int(now // DAY)
    pace = _pace(session, workspace, Scope(key, today - PACE_DAYS + 1, today), since, budget)
    told = _dated(days, since, within)
    span = _stepped(told, span, today)
    series, costs = _series(told, span)
    return Dashboard(
        entry=entry,
        serial=serial_of(session, workspace),
        currency=currency,
        counts=ranged.counts(),
        step=span.step,
        series=series,
        cost_series=costs,
        channels=ranged.channels(),
        top=tuple(Advocate(person, int(friends), int(minor)) for person, friends, minor in top),
        refused=dict(sorted(ranged.by_detail("refused").items(), key=lambda pair: (-pair[1], pair[0]))),
        issued=issued_of(ranged.sums),
        costs=costs_of(whole.sums),
        liabilities=whole.liabilities(),
        revenue={unit: minor for unit, minor in sorted(ranged.by_unit("revenue").items()) if minor},
        budget=budget,
        lasts_until=_lasts(budget, pace, today),
        pace=pace,
        rewards=whole.rewards(),
    )


Totals = dict[tuple[str, str, str], tuple[int, int]]  # (measure, detail, unit) → count, minor


class _Totals:
    """The sums of a scope, what came since included."""

    def __init__(self, rows: Iterable[tuple[str, str, str, int, int]], since: Sums, scope: Scope):
        self.sums: Totals = {(measure, detail, unit): (int(n), int(minor)) for measure, detail, unit, n, minor in rows}
        for key, (count, minor) in since.items():
            if scope.holds(key):
                at = (key.measure, key.detail, key.unit)
                before = self.sums.get(at, (0, 0))
                self.sums[at] = (before[0] + count, before[1] + minor)

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for (measure, _detail, _unit), (count, _minor) in self.sums.items():
            name = "visits" if measure == "clicks" else measure
            found[name] = found.get(name, 0) + count
        return {
            name: found.get(name, 0) for name in (*FUNNEL, "bound", "orders", "paid_orders", "buyers", "for_person")
        }

    def by_detail(self, measure: str) -> dict[str, int]:
        return {d: count for (m, d, _unit), (count, _minor) in self.sums.items() if m == measure and count}

    def by_unit(self, measure: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for (m, _detail, unit), (_count, minor) in self.sums.items():
            if m == measure:
                found[unit] = found.get(unit, 0) + minor
        return found

    def channels(self) -> tuple[Channel, ...]:
        shares, told, clicks = (self.by_detail(name) for name in ("shares", "visits", "clicks"))
        names = sorted({*shares, *told, *clicks})
        found = [Channel(n, shares.get(n, 0), told.get(n, 0) + clicks.get(n, 0)) for n in names]
        return tuple(sorted(found, key=lambda c: (-(c.shares + c.visits), c.name)))

    def liabilities(self) -> tuple[Liability, ...]:
        found: dict[str, list[int]] = {}
        for (measure, family, unit), (_count, minor) in self.sums.items():
            if measure in ("held", "owed") and minor:
                place = 0 if measure == "held" else 2 if family == "payable" else 1
                found.setdefault(unit, [0, 0, 0])[place] += minor
        return tuple(Liability(unit, *sums) for unit, sums in sorted(found.items()))

    def rewards(self) -> dict[tuple[str, str, str, str], tuple[int, int]]:
        found = {}
        for (measure, detail, unit), (count, minor) in self.sums.items():
            if measure == "rewards" and count:
                state, side, kind = detail.split(" ")
                found[(side, kind, unit, state)] = (count, minor)
        return dict(sorted(found.items()))


Dated = list[tuple[str, int, str, int, int]]  # measure, day, unit, count, minor


def _dated(rows: Iterable[tuple[str, int, str, int, int]], since: Sums, scope: Scope) -> Dated:
    """What is counted by day, what came since included."""
    told = [(measure, int(day), unit, int(count), int(minor)) for measure, day, unit, count, minor in rows]
    return told + [
        (key.measure, key.day, key.unit, count, minor)
        for key, (count, minor) in since.items()
        if key.measure in SERIES and scope.holds(key)
    ]


def _stepped(told: Dated, span: Range, today: int) -> Range:
    """The days of the series, from the first to the last that has anything or is asked for, and the step between them."""
    first = span.first or min((row[1] for row in told), default=today)
    last = min(span.last, max([today, *(row[1] for row in told)]))
    days = last - first
    fine = span.step if not (span.step == "day" and days > MOST_DAYS) else "week"
    return Range(first, last, fine or ("day" if days <= 35 else "week" if days <= 400 else "month"))


def _series(told: Dated, span: Range) -> tuple[dict[date, dict[str, int]], dict[str, dict[date, int]]]:
    """Counts by bucket, none left out between the first and the last; and what was earned, by unit."""
    buckets = {bucket: dict.fromkeys(FUNNEL[:-1], 0) for bucket in buckets_of(span.first, span.last, span.step)}
    costs: dict[str, dict[date, int]] = {}
    for measure, day, unit, count, minor in told:
        bucket = bucket_of(day, span.step)
        if bucket not in buckets:
            continue
        if measure == "given":
            line = costs.setdefault(unit, dict.fromkeys(buckets, 0))
            line[bucket] += minor
        else:
            buckets[bucket]["visits" if measure == "clicks" else measure] += count
    return buckets, {unit: line for unit, line in sorted(costs.items()) if any(line.values())}


def bucket_of(day: int, step: str) -> date:
    """The day, the Monday of its week, or the first of its month."""
    at = EPOCH + timedelta(days=day)
    if step == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if step == "month" else at


def buckets_of(first: int, last: int, step: str) -> list[date]:
    """Every bucket from the first day to the last."""
    return list(dict.fromkeys(bucket_of(day, step) for day in range(first, last + 1)))


def _pace(session: Session, workspace: str, scope: Scope, since: Sums, budget: Budget | None) -> int:
    """What was earned in the days of the scope, in the unit of the budget."""
    if budget is None:
        return 0
    rows = tally_sums.by_day(session, workspace, scope, ("given",))
    earned = sum(int(minor) for _m, _d, unit, _n, minor in rows if unit == budget.unit)
    return earned + sum(
        minor for k, (_n, minor) in since.items() if k.measure == "given" and k.unit == budget.unit and scope.holds(k)
    )


def _lasts(budget: Budget | None, pace: int, today: int) -> date | None:
    """The day on which the budget is used up at this pace; None without a budget or a pace."""
    if budget is None or pace <= 0:
        return None
    left = max(0, budget.total - budget.used)
    days = min(left * PACE_DAYS // pace, 366 * 100)
    return EPOCH + timedelta(days=today + days)


def _currency(session: Session, workspace: str, entry: ProgramEntry | None) -> str:
    """That of the live version; empty for all programs together."""
    if entry is None:
        return ""
    number = entry.live_version or entry.newest
    found = version_document(session, workspace, entry.key, number)
    program, _findings = (
        read_program(found[0], key=entry.key, version=number, effective_from=0) if found else (None, [])
    )
    return program.currency if program else ""
