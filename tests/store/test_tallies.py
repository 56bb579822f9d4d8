"""What is counted ahead for the dashboard is what the rows say, whatever came late, was taken back, or is not counted yet."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from passaparola.actions.people.merge import merge
from passaparola.actions.rewards.operate import approve, cancel
from passaparola.actions.tallies import fill_tallies
from passaparola.analytics.dashboard import Dashboard, Range, bucket_of, buckets_of, dashboard
from passaparola.analytics.liability import liability_of
from passaparola.analytics.overview import overview
from passaparola.analytics.report import report
from passaparola.domain.tokens import Clicked
from passaparola.domain.visits import Visit, VisitKind
from passaparola.store.ids import first_id_at
from passaparola.store.models import Decision, Referral, Reward, RewardTransition, ShareLink, Tallied, Tally, TallyMark
from passaparola.store.read.tallies import GIVEN, mark_of, rest
from passaparola.store.session import Conflict, reading, writing
from passaparola.store.write.tallies import move_mark
from passaparola.store.write.visits import confirm_visits, store_missing_visits, store_visits
from tests.databases import Database
from tests.histories import SMALL_BUDGET, START, a_workspace, friend_buys, refund, tell
from tests.shops import asked, day, person
from tests.store.test_report import TEN_PERCENT, a_story
from tests.store.test_report import day as after

ALL = Range(0, 10**6)


def money(found: Dashboard) -> list[dict[str, Any]]:
    names = ("side", "kind", "currency", "state")
    return [
        {**dict(zip(names, which, strict=True)), "count": count, "value_minor": minor}
        for which, (count, minor) in found.rewards.items()
    ]


def assert_as_reported(workspace: str, slug: str, now: int) -> Dashboard:
    """The dashboard says what the report counts from the rows, and what the books hold."""
    seen, told = dashboard(workspace, slug, ALL, now=now), report(workspace, slug)
    pairs = {
        "shares": "shares", "visits": "visits", "signups": "referred_signups", "converted": "converted_friends", "orders": "orders",
        "bound": "bound_friends", "paid_orders": "referred_orders", "buyers": "friends_with_order",
    }  # fmt: skip
    assert {name: seen.counts[name] for name in pairs} == {name: told[metric] for name, metric in pairs.items()}
    assert seen.revenue == told["revenue_minor"]
    assert money(seen) == sorted(told["rewards"], key=lambda r: (r["side"], r["kind"], r["currency"], r["state"]))
    assert [a.friends for a in seen.top] == [a["converted_friends"] for a in told["top_advocates"]]
    owed = {line["unit"]: line for line in liability_of(workspace, slug, days=30, periods=1, now=now)["liabilities"]}
    found = {line.unit: (line.due + line.payable, line.held) for line in seen.liabilities}
    assert found == {
        unit: (line["owed_minor"], line["waiting_minor"])
        for unit, line in owed.items()
        if line["owed_minor"] or line["waiting_minor"]
    }
    glance = overview(workspace, now=now).by_slug[slug]
    assert (glance.visits, glance.signups, glance.converted, glance.rewarded) == tuple(
        seen.counts[name] for name in ("visits", "signups", "converted", "rewarded")
    )
    assert glance.costs == seen.costs
    assert glance.issued == seen.issued == sum(n for (*_, state), (n, _) in seen.rewards.items() if state in GIVEN)
    for name in ("shares", "visits", "signups", "converted"):
        assert sum(bucket[name] for bucket in seen.series.values()) == seen.counts[name], name
    return seen


def test_the_dashboard_says_what_the_report_says_at_every_moment(database: Database) -> None:
    """Counted from nothing, half counted ahead, after refunds, late orders, decisions of people, a merge, and counted ahead wholly."""
    workspace, now = a_workspace(TEN_PERCENT, SMALL_BUDGET), day(20)
    story = a_story()
    tell(workspace, story[:6])
    first = assert_as_reported(workspace, "ten", now)
    assert fill_tallies(workspace, now=now) > 0
    assert assert_as_reported(workspace, "ten", now).counts == first.counts
    assert fill_tallies(workspace, now=now) == 0
    tell(workspace, story[6:])
    tell(workspace, [*friend_buys("late", 3, ("late-1", 7_000, "EUR")), refund("o2", 9), refund("o4", 9)])
    for slug in ("ten", "small-budget"):
        assert_as_reported(workspace, slug, now)
    fill_tallies(workspace, now=now, page=2)
    held = Reward.objects.filter(program__slug="small-budget", state="pending").order_by("id")
    approve(held[0].id.hex, asked=asked(workspace, 8))
    cancel(held.order_by("-id")[0].id.hex, asked=asked(workspace, 8))
    merge(person(workspace, "ada"), duplicate=person(workspace, "ben"), asked=asked(workspace, 9))
    before = [assert_as_reported(workspace, slug, now) for slug in ("ten", "small-budget")]
    fill_tallies(workspace, now=now, page=3)
    with reading() as session:
        assert rest(session, workspace, mark_of(session, workspace)) == {}
    assert [assert_as_reported(workspace, slug, now) for slug in ("ten", "small-budget")] == before
    assert before[1].counts["rewarded"] >= 1
    assert before[1].lasts_until is not None
    for reward in Reward.objects.all():
        began = RewardTransition.objects.filter(reward_id=reward.id).order_by("id")[0]
        assert reward.created_at == began.at, "when it began, whatever happened to it in the same batch"
    for referral in Referral.objects.all():
        assert referral.created_at == Decision.objects.filter(referral_id=referral.id).order_by("id")[0].at

    TallyMark.objects.all().delete()
    Tally.objects.all().delete()
    Tallied.objects.all().delete()
    assert [assert_as_reported(workspace, slug, now) for slug in ("ten", "small-budget")] == before


def test_visits_through_links_are_counted_ahead_after_a_week_and_exact_when_they_are_confirmed_or_written_later(
    database: Database,
) -> None:
    workspace = a_workspace(TEN_PERCENT)
    tell(workspace, a_story())
    link = ShareLink.objects.order_by("id")[0]
    keys = [first_id_at(day(n)).replace("0" * 20, f"7{n:019x}") for n in range(1, 4)]

    def visit(n: int, kind: VisitKind, channel: str = "mail") -> Visit:
        return Visit(keys[n - 1], workspace, link.id.hex, day(n), kind, channel)

    store_visits([visit(1, VisitKind.PERSON), visit(2, VisitKind.UNCONFIRMED), visit(3, VisitKind.MACHINE)])
    assert assert_as_reported(workspace, "ten", day(7)).counts["visits"] == 2
    fill_tallies(workspace, now=day(20))
    now = day(30)
    assert_as_reported(workspace, "ten", now)
    with writing() as session:
        confirm_visits(session, workspace, [Clicked(keys[1], day(2), link.code)], day(21))
    assert assert_as_reported(workspace, "ten", now).counts["visits"] == 3
    late = replace(visit(1, VisitKind.PERSON), id=keys[0][:-1] + "9")
    store_missing_visits([late, visit(1, VisitKind.PERSON)], day(22))
    assert assert_as_reported(workspace, "ten", now).counts["visits"] == 4
    fill_tallies(workspace, now=now)
    seen = assert_as_reported(workspace, "ten", now)
    assert seen.counts["visits"] == 4
    assert [(c.name, c.shares, c.visits) for c in seen.channels] == [("mail", 1, 3), ("", 0, 1)]


def test_of_two_that_count_at_once_one_gives_way(database: Database) -> None:
    workspace = a_workspace(TEN_PERCENT)
    tell(workspace, a_story())
    with reading() as session:
        seen = mark_of(session, workspace)
    fill_tallies(workspace, now=None)
    with pytest.raises(Conflict), writing() as session:
        move_mark(session, workspace, seen, seen)


def test_a_range_holds_its_days_and_buckets_are_whole() -> None:
    first = after(1) and int(START // (86_400 * 1_000_000))
    assert len(buckets_of(first, first + 13, "day")) == 14
    assert [b.isoformat() for b in buckets_of(first, first + 13, "week")] == ["2026-02-23", "2026-03-02", "2026-03-09"]
    assert bucket_of(first, "month") == dt.date(2026, 3, 1)
