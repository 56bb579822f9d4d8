"""Periods of the local calendar, by which some limits begin anew."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from passaparola.domain.instant import Instant, instant, local_date, zone


class Period(StrEnum):
    DAY = "day"
    WEEK = "week"  # Monday to Sunday, as ISO 8601 counts them
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def period_of(at: Instant, period: Period | None, timezone: str) -> str:
    """The name of the period of an instant in an IANA time zone: `2026-05-01`, `2026-W18`, `2026-05`, `2026-Q2`, `2026`; "" without one."""
    if period is None:
        return ""
    day = local_date(at, timezone)
    if period is Period.DAY:
        return day.isoformat()
    if period is Period.WEEK:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    if period is Period.MONTH:
        return f"{day.year}-{day.month:02d}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if period is Period.QUARTER else str(day.year)


def next_period(at: Instant, period: Period, timezone: str) -> Instant:
    """The local midnight at which the period after that of an instant begins."""
    day = local_date(at, timezone)
    first = datetime.combine(_first_of_next(day, period), datetime.min.time(), tzinfo=zone(timezone))
    return instant(first)


def this_period(at: Instant, period: Period, timezone: str) -> Instant:
    """The local midnight at which the period of an instant began."""
    day = local_date(at, timezone)
    if period is Period.WEEK:
        day -= timedelta(days=day.weekday())
    elif period is not Period.DAY:
        months = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
        day = date(day.year, (day.month - 1) // months * months + 1, 1)
    return instant(datetime.combine(day, datetime.min.time(), tzinfo=zone(timezone)))


def _first_of_next(day: date, period: Period) -> date:
    if period is Period.DAY:
        return day + timedelta(days=1)
    if period is Period.WEEK:
        return day + timedelta(days=8 - day.isoweekday())
    if period is Period.YEAR:
        return date(day.year + 1, 1, 1)
    months = day.month if period is Period.MONTH else (day.month + 2) // 3 * 3
    return date(day.year + months // 12, months % 12 + 1, 1)
