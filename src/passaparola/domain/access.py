"""Whether somebody may recommend in a program: rules over what is known of them, each with its name. Pure and total.

In words, with worked rows: docs/rules/access.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.people.facts import PersonFacts
from passaparola.domain.programs.access import FIGURES, AccessMode
from passaparola.domain.programs.compiled import Program
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.values import value


class NotAdmitted(StrEnum):
    """Why somebody may not recommend in a program. One member, one meaning."""

    EXCLUDED = "excluded"
    CUSTOMERS_ONLY = "customers_only"
    INVITATION_NEEDED = "invitation_needed"
    EMPLOYEES_ONLY = "employees_only"
    EMPLOYEE_LEFT = "employee_left"
    NOT_IN_SEGMENT = "not_in_segment"
    NOT_KNOWN = "not_known"
    AUDIENCE_NOT_MET = "audience_not_met"


OPERATOR_WORDS: dict[NotAdmitted, str] = {
    NotAdmitted.EXCLUDED: _("an operator has excluded this person from the program"),
    NotAdmitted.CUSTOMERS_ONLY: _("advocates of this program are customers: somebody with a paid order"),
    NotAdmitted.INVITATION_NEEDED: _("advocates of this program are invited"),
    NotAdmitted.EMPLOYEES_ONLY: _("advocates of this program are employees: the fact `employee` is true"),
    NotAdmitted.EMPLOYEE_LEFT: _("the person has left: the fact `left_on` is no later than today"),
    NotAdmitted.NOT_IN_SEGMENT: _("the person is not in the segment of this program"),
    NotAdmitted.NOT_KNOWN: _("advocates of this program are people who were known before"),
    NotAdmitted.AUDIENCE_NOT_MET: _("the person does not meet the program's `audience`"),
}
PERSON_WORDS: dict[NotAdmitted, str] = {
    NotAdmitted.EXCLUDED: _("You cannot take part in this program. Please contact us if you think that is wrong."),
    NotAdmitted.CUSTOMERS_ONLY: _("This program is for customers. After your first order you can join."),
    NotAdmitted.INVITATION_NEEDED: _("This program is by invitation."),
    NotAdmitted.EMPLOYEES_ONLY: _("This program is for the people who work here."),
    NotAdmitted.EMPLOYEE_LEFT: _("This program is for the people who work here."),
    NotAdmitted.NOT_IN_SEGMENT: _("This program is for some of our customers, and you are not among them at present."),
    NotAdmitted.NOT_KNOWN: _("This program is for people we know already."),
    NotAdmitted.AUDIENCE_NOT_MET: _("This program is not open to you at present."),
}


@value(frozen=True, slots=True)
class PaidOrder:
    """An order with an amount above zero: minor units, unit, when."""

    key: str
    amount: int
    unit: str
    at: Instant


@value(frozen=True, slots=True)
class Refunded:
    """One telling of a refund; without an amount it is the whole order."""

    order: str
    refund: str
    amount: int | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a person, at one moment."""

    customer: bool = False
    orders: int = 0
    revenue_minor: int = 0
    tenure_days: int = 0


@dataclass(frozen=True, slots=True)
class Who:
    """What the rules read of one person. `known`: before this moment; `excluded`: an operator's reason; `in_segment`: only asked of a
    program with one; `figures` are counted only where a rule asks for them."""

    facts: PersonFacts = field(default_factory=dict)
    known: bool = False
    invited: bool = False
    excluded: str = ""
    in_segment: Callable[[], bool] = lambda: False
    figures: Callable[[], Figures] = Figures


@dataclass(frozen=True, slots=True)
class Refused:
    """A named no, with what the rule saw: for staff, never for the person."""

    reason: NotAdmitted
    saw: Mapping[str, Any] = field(default_factory=dict)


def figures(
    orders: Iterable[PaidOrder],
    refunds: Iterable[Refunded],
    *,
    since: Instant | None,
    currency: str,
    now: Instant,
) -> Figures:
    """Orders that were not wholly refunded, what of them in `currency` was kept, and whole days since the earliest order or `since`."""
    paid, back = list(orders), _by_order(refunds)
    kept = [(order, order.amount - _refunded(order, back.get(order.key, {}))) for order in paid]
    first = min([order.at for order in paid] + ([] if since is None else [since]), default=now)
    return Figures(
        customer=bool(paid) or since is not None,
        orders=sum(left > 0 for _, left in kept),
        revenue_minor=sum(left for order, left in kept if order.unit == currency),
        tenure_days=max(0, (now - first) // DAY),
    )


def admits(program: Program, who: Who, today: date) -> Refused | None:
    """None where this person may recommend; else the first rule that says no. `today` is the day in the program's time zone."""
    for rule in RULES:
        refused = rule(program, who, today)
        if refused is not None:
            return refused
    return None


def asks_figures(program: Program) -> bool:
    """Whether a rule of this program counts a person's orders."""
    audience = program.admission.audience
    return program.access is AccessMode.CUSTOMERS or (
        audience is not None and not FIGURES.keys().isdisjoint(audience.names)
    )


def audience_facts(who: Who, *, counted: bool) -> dict[str, Any]:
    """The facts of a person by the names that an `audience` may use."""
    found: dict[str, Any] = {f"person.{name}": fact for name, fact in who.facts.items()} | {"person.facts": who.facts}
    if counted:
        seen = who.figures()
        found |= {name: getattr(seen, name.partition(".")[2]) for name in FIGURES}
    return found


def _excluded(program: Program, who: Who, today: date) -> Refused | None:
    del program, today
    return Refused(NotAdmitted.EXCLUDED, {"because": who.excluded}) if who.excluded else None


def _mode(program: Program, who: Who, today: date) -> Refused | None:
    match program.access:
        case AccessMode.CUSTOMERS if not who.figures().customer:
            return Refused(NotAdmitted.CUSTOMERS_ONLY)
        case AccessMode.INVITE_ONLY if not who.invited:
            return Refused(NotAdmitted.INVITATION_NEEDED)
        case AccessMode.EMPLOYEES:
            return not_employed(who.facts, today)
        case AccessMode.PROSPECTS_ALLOWED if not who.known:
            return Refused(NotAdmitted.NOT_KNOWN)
        case AccessMode.SEGMENT if not who.in_segment():
            return Refused(NotAdmitted.NOT_IN_SEGMENT)
    return None


def not_employed(facts: PersonFacts, today: date) -> Refused | None:
    """Why somebody does not work here, by what is said of them; None where they do."""
    if facts.get("employee") is not True:
        return Refused(NotAdmitted.EMPLOYEES_ONLY, {"employee": facts.get("employee")})
    left = facts.get("left_on")
    return (
        Refused(NotAdmitted.EMPLOYEE_LEFT, {"left_on": left})
        if isinstance(left, str) and left <= today.isoformat()
        else None
    )


def _audience(program: Program, who: Who, today: date) -> Refused | None:
    del today
    audience = program.admission.audience
    if audience is None:
        return None
    met, saw = audience.met(audience_facts(who, counted=asks_figures(program)))
    if met:
        return None
    seen, problem = dict(saw["facts"]), {"problem": saw["problem"]} if "problem" in saw else {}
    if "person.facts" in seen:
        asked = audience.members_of("person.facts")
        seen["person.facts"] = {name: fact for name, fact in who.facts.items() if name in asked}
    return Refused(NotAdmitted.AUDIENCE_NOT_MET, {"audience": audience.text, "saw": seen, **problem})


RULES: tuple[Callable[[Program, Who, date], Refused | None], ...] = (_excluded, _mode, _audience)


def _by_order(refunds: Iterable[Refunded]) -> dict[str, dict[tuple[str, str | None], int | None]]:
    """Of one refund told with two amounts the larger counts; the whole order is the largest."""
    found: dict[str, dict[tuple[str, str | None], int | None]] = {}
    for told in refunds:
        parts, key = found.setdefault(told.order, {}), (told.refund, told.unit)
        known = parts.get(key, 0)
        parts[key] = None if known is None or told.amount is None else max(known, told.amount)
    return found


def _refunded(order: PaidOrder, parts: Mapping[tuple[str, str | None], int | None]) -> int:
    """Minor units that went back, never above the order's amount. A refund in another currency counts nothing."""
    mine = [amount for (_, unit), amount in parts.items() if unit in (None, order.unit)]
    return order.amount if None in mine else min(order.amount, sum(amount for amount in mine if amount is not None))
