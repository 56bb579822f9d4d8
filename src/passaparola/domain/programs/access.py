"""Who may recommend: how people come into a program, and which rules they must meet. In words: docs/rules/access.md."""

from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.people.facts import DAY, WELL_KNOWN
from passaparola.domain.people.facts import TEXT as TEXT_FACT
from passaparola.domain.people.facts import YES_NO as YES_NO_FACT
from passaparola.domain.programs.conditions import FACTS, NUMBER, TEXT, YES_NO, Condition, Vocabulary

INVITED_FOR_DAYS = 30


class AccessMode(StrEnum):
    OPEN = "open"
    CUSTOMERS = "customers"
    INVITE_ONLY = "invite_only"
    EMPLOYEES = "employees"
    SEGMENT = "segment"
    PROSPECTS_ALLOWED = "prospects_allowed"


class Join(StrEnum):
    """When somebody who may recommend becomes an advocate without asking."""

    WHEN_RECOMMENDING = "when_recommending"  # shares, or is named by a friend
    AUTOMATIC_ON_SIGNUP = "automatic_on_signup"  # also whoever signs up
    BY_ASKING = "by_asking"  # never: on the page, by staff or by the API only


class TokenUse(StrEnum):
    SINGLE_USE = "single_use"


class SegmentBy(StrEnum):
    REVENUE = "revenue"
    ORDERS = "orders"
    NPS = "nps"
    SATISFACTION = "satisfaction"


BY_FACT = frozenset({SegmentBy.NPS, SegmentBy.SATISFACTION})


@dataclass(frozen=True, slots=True)
class Segment:
    """The people of whom the fact `segment` says `named`, or the top `percent_bp` of all who have what it goes `by`."""

    named: str | None = None
    percent_bp: int | None = None
    by: SegmentBy = SegmentBy.REVENUE


@dataclass(frozen=True, slots=True)
class Admission:
    """What a program says of access beside its mode."""

    join: Join = Join.WHEN_RECOMMENDING
    invited_for_days: int = INVITED_FOR_DAYS
    segment: Segment | None = None
    audience: Condition | None = None


ANYBODY = Admission()
FIGURES: dict[str, str] = {
    "person.customer": YES_NO,
    "person.orders": NUMBER,
    "person.revenue_minor": NUMBER,
    "person.tenure_days": NUMBER,
}
_TYPES = {YES_NO_FACT: YES_NO, TEXT_FACT: TEXT, DAY: TEXT}
PERSON_FACTS: dict[str, str] = {
    "person.facts": FACTS,
    **FIGURES,
    **{f"person.{name}": _TYPES[kind] if isinstance(kind, str) else NUMBER for name, kind in WELL_KNOWN.items()},
}
PERSON = Vocabulary(tuple(PERSON_FACTS.items()), "docs/rules/access.md")

# Where an event may make somebody an advocate. In the others people join on the page, by staff or by the API.
BY_EVENTS = frozenset({AccessMode.OPEN, AccessMode.EMPLOYEES, AccessMode.PROSPECTS_ALLOWED})
