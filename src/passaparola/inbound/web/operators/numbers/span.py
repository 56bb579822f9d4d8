"""The days that a page shows: a preset, or from and to, with the step of its series."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from passaparola.analytics.dashboard import EPOCH, STEPS, Range
from passaparola.domain.instant import DAY, Instant

PRESETS: dict[str, tuple[int, str | Promise]] = {
    "30": (30, _("30 days")),
    "90": (90, _("90 days")),
    "365": (365, _("12 months")),
    "": (0, _("From the beginning")),
}
STEP_WORDS: dict[str, str | Promise] = {"day": _("By day"), "week": _("By week"), "month": _("By month")}


@dataclass(frozen=True, slots=True)
class Span:
    """`first` None: from the beginning. `wrong`: something of the address could not be read."""

    first: date | None
    last: date | None
    step: str
    preset: str
    wrong: bool = False

    def range(self) -> Range:
        """The days for the dashboard."""
        first, last = ((day - EPOCH).days if day else None for day in (self.first, self.last))
        return Range(first or 0, 10**6 if last is None else last, self.step)

    def query(self, **more: str) -> str:
        """The filters that lead to the rows of these days."""
        days = {"from": self.first and self.first.isoformat(), "to": self.last and self.last.isoformat()}
        given = {name: value for name, value in {**more, **days}.items() if value}
        return f"?{urlencode(given)}" if given else ""


def span_of(asked: QueryDict, today: date) -> Span:
    """From `days` (a preset), or `from` and `to`; what cannot be read is left out."""
    first, last, wrong = days_of(asked)
    step = asked.get("step", "")
    preset = asked.get("days", "")
    if preset in PRESETS and preset and not first and not last:
        return Span(today - timedelta(days=PRESETS[preset][0] - 1), None, step if step in STEPS else "", preset)
    return Span(first, last, step if step in STEPS else "", "" if not first and not last else "own", wrong)


def day_of(text: str) -> date | None:
    """A day as browsers write it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EPOCH < found < date(2200, 1, 1) else None


def days_of(asked: QueryDict) -> tuple[date | None, date | None, bool]:
    """`from` and `to`, the earlier one first, and whether one of them could not be read."""
    first, last = day_of(asked.get("from", "")), day_of(asked.get("to", ""))
    wrong = bool((asked.get("from") and not first) or (asked.get("to") and not last))
    return (last, first, wrong) if first and last and last < first else (first, last, wrong)


def moments(first: date | None, last: date | None) -> dict[str, Instant]:
    """`since` and `until` of a list: from the beginning of the first day to the end of the last."""
    found: dict[str, Instant] = {}
    if first:
        found["since"] = (first - EPOCH).days * DAY
    if last:
        found["until"] = ((last - EPOCH).days + 1) * DAY
    return found


def today_of(now: Instant) -> date:
    """The day of a moment in UTC."""
    return EPOCH + timedelta(days=now // DAY)


def presets(asked: QueryDict, span: Span) -> list[dict[str, Any]]:
    """The presets as links that keep the step."""
    step = {"step": asked["step"]} if asked.get("step") in STEPS else {}
    return [
        {
            "name": name,
            "url": f"?{urlencode({**({'days': key} if key else {}), **step})}",
            "current": span.preset == key,
        }
        for key, (_days, name) in PRESETS.items()
    ]
