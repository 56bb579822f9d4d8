"""Contests: who has which place, when a period is closed, and what a file may say of it."""

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from passaparola.domain.instant import instant
from passaparola.domain.leaders import ENDLESS, Standings, period_at, placed
from passaparola.domain.programs import FindingReason, describe
from passaparola.domain.programs.compiled import Side
from passaparola.domain.programs.contest import Contest, Ties
from passaparola.domain.programs.leaderboard import BoardPeriod, Leaderboard
from passaparola.domain.rewards.contests import (
    Span,
    are_before_closed,
    brought,
    prizes_of,
    span_of,
    spans_to_close,
    standings,
)
from passaparola.domain.rewards.periods import Period
from tests.domain.phrases import Story
from tests.domain.program_files import SMALL, good, read
from tests.domain.town import Town, versions
from tests.tables import Row, rows_of

ROWS = [row for row in rows_of("contests.md") if "What happens" in row.cells]
ROME = ZoneInfo("Europe/Rome")
CONTEST = """\
contest: {period: month, least: 2, wait_days: 3}
rewards:
  - {id: first, side: winners, place: 1, kind: prize, item: weekend trip}
  - {id: next, side: winners, place: 2, to_place: 3, kind: gift_card, amount: 20.00}
"""
FILE = SMALL.partition("rewards:")[0] + CONTEST


def moment(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ROME))


def places_of_may(town: Town) -> str:
    contest = town.versions.live.contest
    assert contest is not None
    found = []
    for friend, state in town.states.items():
        concluded = replace(state, concluded=town.last[friend].conclusion)
        found += brought(concluded, town.versions, friend, town.roots, by_value=contest.by_value)
    placed = standings(found, contest, span_of(moment("2026-05-17"), contest, "Europe/Rome"))
    return ", ".join(f"{p.place} {p.advocate} {p.figure}" for p in placed) or "nobody"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_worked_row_comes_out_as_written(row: Row) -> None:
    (program,) = row.programs
    town = Story(versions(program)).tell(row.cells["What happens"])
    assert places_of_may(town) == row.cells["Places of May"]


@pytest.mark.parametrize(
    ("period", "name", "begins", "ends"),
    [
        (Period.DAY, "2026-03-29", "2026-03-29", "2026-03-30"),  # an hour shorter
        (Period.WEEK, "2026-W13", "2026-03-23", "2026-03-30"),
        (Period.MONTH, "2026-03", "2026-03-01", "2026-04-01"),
        (Period.QUARTER, "2026-Q1", "2026-01-01", "2026-04-01"),
        (Period.YEAR, "2026", "2026-01-01", "2027-01-01"),
    ],
)
def test_a_period_is_that_of_the_local_calendar(period: Period, name: str, begins: str, ends: str) -> None:
    contest = Contest(period, False, 1, Ties.FIRST, 0)
    for at in (moment(begins), moment("2026-03-29T13:00"), moment(ends) - 1):
        span = span_of(at, contest, "Europe/Rome")
        assert (span.name, span.begins, span.ends, span.closes) == (name, moment(begins), moment(ends), moment(ends))


def test_a_period_is_closed_when_it_is_over_and_refunds_came_in() -> None:
    begun = replace(good(FILE), timezone="Europe/Rome", effective_from=moment("2026-03-20"))
    there = versions(FILE)
    there.versions, there.live = (begun,), begun
    closed = {
        now: [s.name for s in spans_to_close(there, moment(now))] for now in ("2026-04-03", "2026-04-05", "2026-07-01")
    }
    assert closed == {"2026-04-03": [], "2026-04-05": ["2026-03"], "2026-07-01": ["2026-05", "2026-04", "2026-03"]}
    without = replace(begun, version=2, contest=None, prizes=(), effective_from=moment("2026-04-20"))
    again = replace(begun, version=3, effective_from=moment("2026-06-10"))
    there.versions = (begun, without, again)
    assert [s.name for s in spans_to_close(there, moment("2026-08-01"))] == ["2026-06", "2026-03"]
    weeks = Contest(Period.WEEK, False, 1, Ties.FIRST, 30)
    weekly = replace(begun, contest=weeks, effective_from=moment("2026-04-20"))
    there.versions = (weekly, replace(begun, version=2, effective_from=moment("2026-05-06")))
    spans = {s.name: s for s in spans_to_close(there, moment("2026-07-01"))}
    assert list(spans) == ["2026-05", "2026-W18", "2026-W17"], "a shorter period of before is not lost"
    assert all(are_before_closed(span, there) for span in spans.values())
    there.versions = (replace(weekly, contest=replace(weeks, wait_days=60)), there.versions[1])
    assert not are_before_closed(spans["2026-05"], there)
    east = replace(weekly, contest=replace(weeks, wait_days=31), timezone="Asia/Tokyo")
    there.versions = (east, replace(east, version=2, timezone="America/Lima"))
    of_tokyo = Span("2026-05", moment("2026-04-30T17:00"), moment("2026-05-31T17:00"), moment("2026-05-31T17:00"))
    assert not are_before_closed(of_tokyo, there), "as long a wait ends later in Lima"
    east = replace(begun, contest=replace(weeks, period=Period.MONTH, wait_days=0), timezone="Asia/Tokyo")
    there.versions = (east, replace(east, version=2, timezone="America/Lima", effective_from=moment("2026-05-20")))
    ends = {now: [s.name for s in spans_to_close(there, moment(now))][:1] for now in ("2026-06-01", "2026-06-02")}
    assert ends == {"2026-06-01": ["2026-04"], "2026-06-02": ["2026-05"]}, "May lasts as long as in Lima"


def test_a_file_says_who_wins_what() -> None:
    program = good(FILE)
    assert (program.rules, [rule.side for rule in program.prizes]) == ((), [Side.ADVOCATE] * 2)
    assert [[rule.id for rule in prizes_of(program, place)] for place in (1, 2, 3, 4)] == [
        ["first"],
        ["next"],
        ["next"],
        [],
    ]
    said = describe(program)
    assert "Each month the advocates who brought the most friends win:\n- Place 1: weekend trip\n" in said
    assert "- Places 2 to 3: a gift card worth 20.00 USD each\n" in said
    assert (
        "It takes 2 friends to win.\nIt is decided 3 days after the end; what is refunded later changes nothing."
        in said
    )


REFUSED = [
    ("place: 1, ", "", "rewards[0].place", FindingReason.MISSING_KEY),
    ("to_place: 3", "to_place: 1", "rewards[1].to_place", FindingReason.CONTEST_MISMATCH),
    ("amount: 20.00}", "amount: 20.00, choice: one}", "rewards[1].choice", FindingReason.CONTEST_MISMATCH),
    ("side: winners, place: 1,", "side: advocate, place: 1,", "rewards[0].place", FindingReason.CONTEST_MISMATCH),
    ("least: 2", "least: 1.5", "contest.least", FindingReason.BAD_NUMBER),
    ("least: 2", "by: value, least: 5", "contest.by", FindingReason.NEEDS_AN_ORDER),
    ("period: month", "period: hour", "contest.period", FindingReason.UNKNOWN_VALUE),
    ("contest: {period: month, least: 2, wait_days: 3}\n", "", "rewards[0].side", FindingReason.MISSING_KEY),
    ("trigger: signup", "trigger: manual_grant", "trigger.kind", FindingReason.CONTEST_MISMATCH),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "reason"), REFUSED)
def test_what_cannot_be_a_contest_is_refused_with_its_place(
    old: str, new: str, path: str, reason: FindingReason
) -> None:
    assert FILE.count(old) == 1
    program, findings = read(FILE.replace(old, new))
    errors = [f for f in findings if f.severity == "error"]
    assert program is None
    assert (errors[0].path, errors[0].reason) == (path, reason)
    assert all(re.search("[a-z]", f.remedy) for f in errors)


def test_a_contest_without_a_prize_is_refused() -> None:
    _, findings = read(SMALL + "contest: {period: month}\n")
    assert [(f.path, f.reason) for f in findings] == [("contest", FindingReason.CONTEST_MISMATCH)]


# Leaderboards


def test_a_leaderboard_has_something_to_rank_and_is_described() -> None:
    by_hand = SMALL.replace("trigger: signup", "trigger: manual_grant").replace("side: friend", "side: advocate")
    for text, path in (
        (f"{by_hand}leaderboard: {{period: year}}\n", "trigger.kind"),
        (f"{SMALL}leaderboard: {{rewards: true}}\n", "leaderboard.rewards"),
    ):
        _, findings = read(text)
        assert [(f.path, f.reason) for f in findings] == [(path, FindingReason.LEADERBOARD_MISMATCH)]
    for wrong in ("size: 2", "size: 51", "period: week", "by: value", "others: shown", "rewards: 1"):
        assert read(f"{SMALL}leaderboard: {{{wrong}}}\n")[0] is None, wrong
    said = describe(good(f"{SMALL}leaderboard: {{period: quarter, size: 20, by: referrals, others: hidden}}\n"))
    assert "A public leaderboard shows the 20 advocates with the most friends of each quarter." in said
    assert "A friend counts there once they have come, whether they earn something or not." in said
    assert "Whoever did not agree to be named is left out." in said


def test_who_is_left_of_a_leaderboard_moves_up_and_equals_share_a_place() -> None:
    left = placed([("ada", 3), ("bea", 2), ("cid", 2), ("dora", 1)])
    assert [(one.place, one.advocate) for one in left] == [(1, "ada"), (2, "bea"), (2, "cid"), (4, "dora")]
    standings = Standings("all", 0, ENDLESS, 1, (), ((3, 1), (2, 2), (1, 1)))
    assert [standings.place_of(figure) for figure in (4, 3, 2, 1)] == [1, 1, 2, 4]
    board = Leaderboard(BoardPeriod.QUARTER)
    assert period_at(moment("2026-05-17"), board, "Europe/Rome").name == "2026-Q2"
