"""Moments in time: whole microseconds since 1970-01-01T00:00:00Z, so that they compare, store and sort alike everywhere."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Instant = int

SECOND: Instant = 1_000_000
DAY: Instant = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnableToReadInstant(ValueError):
    """The text is no ISO 8601 date-time with an offset."""


def instant(moment: datetime) -> Instant:
    """The instant of an aware datetime."""
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds


def moment(at: Instant) -> datetime:
    """The aware UTC datetime of an instant."""
    return _EPOCH + timedelta(microseconds=at)


def parse_instant(text: str) -> Instant:
    """Read ISO 8601 with an offset or `Z`, as RFC 3339 writes it. Raises UnableToReadInstant."""
    try:
        parsed = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        parsed = None
    if parsed is None or parsed.tzinfo is None or "T" not in text:
        raise UnableToReadInstant(f"{text!r} is not a date and time with an offset, such as 2026-05-01T09:30:00Z")
    return instant(parsed)


def iso(at: Instant) -> str:
    """`2026-05-01T09:30:00Z`, with a fraction only where there is one."""
    return moment(at).isoformat().replace("+00:00", "Z")


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA time zone of this name."""
    return ZoneInfo(name)


def end_of_day(at: Instant, days: int, timezone: str) -> Instant:
    """The local midnight that ends the `days`-th day after the day of `at`, in an IANA time zone.

    Day n ends at local midnight: 0 days after 14:00 is the coming midnight.
    """
    local = moment(at).astimezone(zone(timezone))
    midnight = datetime.combine(local.date() + timedelta(days=days + 1), datetime.min.time(), tzinfo=zone(timezone))
    return instant(midnight.astimezone(UTC))


def end_of_months(at: Instant, months: int, timezone: str) -> Instant:
    """The local midnight that ends the same day of a later calendar month; its last day where it has no such day: 31 Jan → 28 Feb.

    Counted from the first day, so that 31 Jan and two months are 31 Mar.
    """
    local = moment(at).astimezone(zone(timezone)).date()
    later = months_later(local, months) + timedelta(days=1)
    return instant(datetime.combine(later, datetime.min.time(), tzinfo=zone(timezone)).astimezone(UTC))


def instant_of_day(day: date, timezone: str) -> Instant:
    """The local midnight with which a day begins."""
    return instant(datetime.combine(day, datetime.min.time(), tzinfo=zone(timezone)).astimezone(UTC))


def months_later(day: date, months: int) -> date:
    """The same day of a later calendar month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def local_date(at: Instant, timezone: str) -> date:
    """The calendar day of a moment in an IANA time zone."""
    return moment(at).astimezone(zone(timezone)).date()
