"""O11: days are those of the program's time zone, whatever its clocks do: summer time, leap days, the ends of months and years."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from passaparola.domain.instant import DAY, Instant, end_of_day, instant, local_date
from passaparola.domain.programs.compiled import Budget
from passaparola.domain.rewards.pace import Rate, ends_at, ends_soon
from passaparola.domain.rewards.periods import Period, next_period, period_of, this_period

# Clocks that change at midnight, by half an hour, never, before the year changes elsewhere, and one that once left out a whole day.
ZONES = (
    "Etc/UTC", "Europe/Rome", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland",
    "Pacific/Kiritimati", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia",
)  # fmt: skip
FIRST, LAST = (
    instant(datetime(2007, 1, 1, tzinfo=ZoneInfo("UTC"))),
    instant(datetime(2050, 1, 1, tzinfo=ZoneInfo("UTC"))),
)
moments, zones, days = st.integers(FIRST, LAST), st.sampled_from(ZONES), st.integers(0, 1100)


def at(text: str, zone: str) -> Instant:
    return instant(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


def ends_its_day(moment: Instant, count: int, zone: str) -> None:
    """The window's last microsecond is on the day that was counted; its end is on a later one."""
    end, last = end_of_day(moment, count, zone), local_date(moment, zone) + timedelta(days=count)
    assert local_date(end - 1, zone) <= last < local_date(end, zone)


@given(moment=moments, count=days, zone=zones)
@example(moment=at("2026-03-28T23:30", "Asia/Beirut"), count=0, zone="Asia/Beirut")
@example(moment=at("2018-11-03T12:00", "America/Sao_Paulo"), count=0, zone="America/Sao_Paulo")
@example(moment=at("2026-04-23T12:00", "Africa/Cairo"), count=0, zone="Africa/Cairo")
def test_a_day_ends_where_the_next_begins_in_every_zone(moment: Instant, count: int, zone: str) -> None:
    ends_its_day(moment, count, zone)


@given(moment=moments, other=moments, count=days, zone=zones)
def test_what_begins_later_ends_no_sooner(moment: Instant, other: Instant, count: int, zone: str) -> None:
    earlier, later = sorted((moment, other))
    assert end_of_day(earlier, count, zone) <= end_of_day(later, count, zone)
    assert end_of_day(moment, count, zone) < end_of_day(moment, count + 2, zone)


@pytest.mark.parametrize(
    ("begin", "count", "zone", "last"),
    [
        ("2028-02-28T10:00", 1, "Europe/Rome", date(2028, 2, 29)),
        ("2027-02-28T10:00", 1, "Europe/Rome", date(2027, 3, 1)),
        ("2026-12-31T23:59", 1, "Pacific/Auckland", date(2027, 1, 1)),
        ("2026-01-31T00:00", 30, "America/New_York", date(2026, 3, 2)),
        ("2026-10-24T12:00", 1, "Europe/Rome", date(2026, 10, 25)),  # a day of 25 hours
        ("2026-03-28T12:00", 1, "Europe/Rome", date(2026, 3, 29)),  # and one of 23
    ],
)
def test_months_and_years_are_counted_by_the_calendar(begin: str, count: int, zone: str, last: date) -> None:
    end = end_of_day(at(begin, zone), count, zone)
    assert local_date(end - 1, zone) == last
    assert local_date(end, zone) == last + timedelta(days=1)


def test_counting_hours_instead_of_days_is_noticed() -> None:
    """Planted: a day is 24 hours."""
    begin = at("2026-10-24T00:00", "Europe/Rome")
    with pytest.raises(AssertionError):
        assert begin + 2 * DAY == end_of_day(begin, 1, "Europe/Rome")


@given(moment=moments, zone=zones, period=st.sampled_from(Period))
@example(moment=at("2026-03-28T23:30", "Asia/Beirut"), zone="Asia/Beirut", period=Period.DAY)
def test_a_period_begins_before_each_of_its_moments_and_the_next_one_after(
    moment: Instant, zone: str, period: Period
) -> None:
    first, after = this_period(moment, period, zone), next_period(moment, period, zone)
    assert first <= moment < after
    assert period_of(first, period, zone) == period_of(after - 1, period, zone) != period_of(after, period, zone)


@pytest.mark.parametrize(
    ("period", "used", "spent", "days"),
    [
        (None, 0, 100, 7),  # 100.00 left, as much given in the last week
        (None, 0, 99, None),
        (None, 100, 0, 0),  # used up already
        (None, 50, 0, None),
        (Period.MONTH, 90, 70, 1),
        (Period.MONTH, 20, 100, None),  # on 28 March, 80.00 last longer than the month
        (Period.YEAR, 20, 100, 5.6),
        (Period.WEEK, 99, 700, None),
    ],
)
def test_a_budget_that_ends_within_a_week_at_the_rate_of_the_last(
    period: Period | None, used: int, spent: int, days: float | None
) -> None:
    now = at("2026-03-28T00:00", "Europe/Rome")
    end = ends_soon(Budget("EUR", 100, period=period), used, Rate(spent, 7 * DAY), now=now, timezone="Europe/Rome")
    assert end == (None if days is None else now + days * DAY)


def test_a_budget_that_lasts_longer_than_the_calendar_is_not_used_up() -> None:
    """5.00 a month of a million are more than 16,000 years; a date has four digits for its year."""
    now, budget = at("2026-03-28T00:00", "UTC"), Budget("EUR", 100_000_000)
    assert ends_at(budget, 0, Rate(500, 30 * DAY), now=now, timezone="UTC") is None
    left = budget.total - 500 * 1_217  # more than 36,500 days
    assert ends_at(budget, left, Rate(500, 30 * DAY), now=now, timezone="UTC") == now + 1_217 * 30 * DAY
