"""Who brought this friend: settled once, at the binding moment, and never moved by a later touch.

The rule in words, with worked tables: docs/rules/attribution.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from passaparola.domain.instant import DAY, Instant, local_date
from passaparola.domain.programs.compiled import Program
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import RANK, Conclusion, FriendState, Touch, TouchKind


@dataclass(frozen=True, slots=True)
class AdvocateFacts:
    """What attribution must know of a person who recommended, in one program."""

    person: str
    enrolled: bool = True
    suspended: bool = False
    referred_by_friend: bool = False  # the friend at hand had brought this very person


@dataclass(frozen=True, slots=True)
class Contender:
    """One advocate considered, and why it did not win (None: it won)."""

    touch: Touch
    advocate: str
    refused: Reason | None


@dataclass(slots=True)
class Binding:
    conclusion: Conclusion | None = None
    contenders: list[Contender] = field(default_factory=list)
    refused: Reason | None = None


Moment = tuple[Instant, str]


class ProgramVersions:
    """All versions of one program, oldest first. `at` gives the one in force; before the first, the first."""

    __slots__ = ("live", "versions")

    def __init__(self, versions: tuple[Program, ...], live: Program):
        self.versions = versions
        self.live = live

    def at(self, when: Instant) -> Program:
        found = self.versions[0]
        for version in self.versions:
            if version.effective_from <= when:
                found = version
        return found

    def number(self, number: int) -> Program:
        return next(v for v in self.versions if v.version == number)


def bind(
    state: FriendState,
    *,
    friend: str,
    versions: ProgramVersions,
    advocates: Mapping[str, AdvocateFacts],
    roots: Mapping[str, str],
) -> Binding:
    """Find the binding moment and its winner.

    The friend arrives with the earliest sign-up or order. At the arrival every touch until then counts; after it only what the friend's
    own events bring along (a code, a name, a visit's token) counts, each at its event. The first moment with an eligible contender
    binds. `roots` maps merged persons to the one that stands for them.
    """
    result = Binding()
    if not state.touches:
        result.refused = Reason.NO_CONTENDER
        return result
    touches = sorted(state.touches.values(), key=_order)
    seen: dict[str, Contender] = {}
    arrival = _arrival(state)
    for moment in sorted({m for m in (arrival, *(t.named for t in touches)) if m is not None}):
        program = versions.at(moment[0])
        reached = _reached(touches, moment, arrival)
        winner = _winner_at(moment, reached, state, friend, program, advocates, roots, seen)
        if winner is not None:
            result.conclusion = Conclusion(
                winner.advocate, winner.touch.id, winner.touch.kind, moment[0], moment[1], program.version
            )
            break
    else:
        result.refused = _refusal(seen)
    _mark_the_rest(touches, roots, seen, result.conclusion)
    result.contenders = list(seen.values())
    return result


def _order(touch: Touch) -> tuple[Instant, str, str]:
    return (touch.at, touch.event, touch.id)


def _arrival(state: FriendState) -> Moment | None:
    """The earliest sign-up or order."""
    moments = [(o.at, o.event) for o in state.orders.values()]
    if state.signup:
        moments.append(state.signup)
    return min(moments, default=None)


def _strength(touch: Touch) -> tuple[int, int, Instant, str]:
    """Smaller wins: a code or name (the first), then a visit named by its token, then the latest visit, then the first e-mail."""
    rank = RANK[touch.kind]
    if touch.kind == TouchKind.VISIT:
        return (rank, 0 if touch.named else 1, -touch.at, touch.id)
    return (rank, 0, touch.at, touch.id)


def _reached(touches: list[Touch], moment: Moment, arrival: Moment | None) -> list[Touch]:
    """What counts at a moment: at the arrival all that came until then, later only what the moment's own event names."""
    if moment == arrival:
        return [
            t for t in touches if t.named == moment or (t.at <= moment[0] and (t.named is None or t.named <= moment))
        ]
    return [t for t in touches if t.named == moment and t.at <= moment[0]]


def _winner_at(
    moment: Moment,
    reached: list[Touch],
    state: FriendState,
    friend: str,
    program: Program,
    advocates: Mapping[str, AdvocateFacts],
    roots: Mapping[str, str],
    seen: dict[str, Contender],
) -> Contender | None:
    existing = _existing_customer(state, moment, program)
    winner: Contender | None = None
    for touch in sorted(reached, key=_strength):
        advocate = roots.get(touch.advocate, touch.advocate)
        refused = _refused(touch, moment, advocate, friend, program, advocates.get(advocate))
        if refused is None and existing:
            refused = Reason.EXISTING_CUSTOMER
        if refused is None and winner is not None:
            refused = Reason.OUTRANKED
        contender = seen[touch.id] = Contender(touch, advocate, refused)
        if refused is None:
            winner = contender
    return winner


def _refused(
    touch: Touch, moment: Moment, advocate: str, friend: str, program: Program, facts: AdvocateFacts | None
) -> Reason | None:
    if advocate == friend:
        return Reason.SELF_REFERRAL
    if facts is None or not facts.enrolled:
        return Reason.NOT_ENROLLED
    if facts.suspended:
        return Reason.ADVOCATE_SUSPENDED
    if facts.referred_by_friend:
        return Reason.CIRCULAR_REFERRAL
    if program.bind_days is not None and moment[0] - touch.at > program.bind_days * DAY:
        return Reason.BIND_WINDOW_OVER
    return None


def _existing_customer(state: FriendState, moment: Moment, program: Program) -> bool:
    """A paid order before the moment, or a customer since before it (by local day where only the date is known)."""
    if any(o.amount > 0 and (o.at, o.event) < moment for o in state.orders.values()):
        return True
    if state.customer_since is None:
        return False
    since, only_date = state.customer_since
    if only_date:
        return local_date(since, "UTC") < local_date(moment[0], program.timezone)
    return since < moment[0]


def _mark_the_rest(
    touches: list[Touch], roots: Mapping[str, str], seen: dict[str, Contender], conclusion: Conclusion | None
) -> None:
    """Every touch is a contender in the record, those that came too late as well."""
    for touch in touches:
        if touch.id not in seen:
            after = conclusion is not None and touch.at > conclusion.at
            reason = Reason.TOUCH_AFTER_BINDING if after else Reason.OUTRANKED if conclusion else Reason.AFTER_ARRIVAL
            seen[touch.id] = Contender(touch, roots.get(touch.advocate, touch.advocate), reason)


_MOST_TELLING = (
    Reason.EXISTING_CUSTOMER,
    Reason.SELF_REFERRAL,
    Reason.CIRCULAR_REFERRAL,
    Reason.ADVOCATE_SUSPENDED,
    Reason.BIND_WINDOW_OVER,
    Reason.NOT_ENROLLED,
)


def _refusal(seen: dict[str, Contender]) -> Reason | None:
    """The one reason shown for a friend whom nobody could be bound to; None while the friend has not come yet."""
    reasons = {c.refused for c in seen.values()}
    return next((reason for reason in _MOST_TELLING if reason in reasons), None)
