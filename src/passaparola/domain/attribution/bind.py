"""Who brought this friend: settled once, at the binding moment, and never moved by a later touch.

The rule in words, with worked tables: docs/rules/attribution.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from passaparola.domain.attribution.segments import in_segment
from passaparola.domain.instant import Instant, end_of_day, local_date
from passaparola.domain.programs.attribution import Attribution
from passaparola.domain.programs.compiled import Program, Trigger
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import RANK, Conclusion, FriendState, Place, Touch, TouchKind, place
from passaparola.domain.values import value


@value(frozen=True, slots=True)
class AdvocateFacts:
    """What attribution must know of a person who recommended, in one program."""

    person: str
    enrolled: bool = True
    suspended: bool = False
    provisional: bool = False  # has not confirmed their address: friends are bound, and nothing is payable
    referred_by_friend: bool = False  # the friend at hand had brought this very person


@value(frozen=True, slots=True)
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


class ProgramVersions:
    """All versions of one program, oldest first. `at` gives the one in force; before the first, the first."""

    __slots__ = ("live", "versions", "visits_arrive")

    def __init__(self, versions: tuple[Program, ...], live: Program):
        self.versions = versions
        self.live = live
        self.visits_arrive = any(v.trigger == Trigger.CONTENT_VISIT for v in versions)

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

    The friend arrives with the earliest sign-up, order or stage. At the arrival every touch until then counts; after it only what the
    friend's own events bring along (a code, a name, a visit's token) counts, each at its event. The first moment with an eligible contender
    binds. `roots` maps merged persons to the one that stands for them.

    Whether an advocate is enrolled and in good standing is looked at when a binding is made, not again while it stands.
    """
    if not state.touches:
        return Binding(refused=Reason.NO_CONTENDER)
    search = _Search(state, friend, versions, advocates, roots)
    conclusion = next((found for moment in search.moments() if (found := search.at(moment)) is not None), None)
    search.mark_the_rest(conclusion)
    refused = None if conclusion else _refusal(search.claims())
    return Binding(conclusion, list(search.seen.values()), refused)


def _order(touch: Touch) -> tuple[Instant, str, str]:
    return (touch.at, touch.event, touch.id)


class _Search:
    """The search for the winner among one friend's touches."""

    def __init__(
        self,
        state: FriendState,
        friend: str,
        versions: ProgramVersions,
        advocates: Mapping[str, AdvocateFacts],
        roots: Mapping[str, str],
    ):
        self.state, self.friend, self.versions, self.advocates, self.roots = state, friend, versions, advocates, roots
        self.seen: dict[str, Contender] = {}
        self.touches = sorted(state.touches.values(), key=_order)
        orders = state.places()
        if state.heard and not (orders or state.signup or state.stages):
            orders = {(o.at, o.event): (o.at, 1, o.event) for o in state.heard}  # nobody else has told that they came
        self.named = {t.id: place(t.named, orders) for t in self.touches if t.named is not None}
        arrivals = [*orders.values(), *([place(state.signup, orders)] if state.signup else [])]
        if state.stages:
            arrivals += [place((r.at, r.event), orders) for r in state.arriving()]
        if versions.visits_arrive:
            self._visits_are_arrivals()
            arrivals += [self.named[t.id] for t in self._content_visits()]
        self.arrival: Place | None = min(arrivals, default=None)
        standing = state.concluded
        self.standing = self._root(standing.advocate) if standing else None
        self.barred = {touch: Reason(reason) for touch, reason in standing.barred} if standing else {}

    def _content_visits(self) -> list[Touch]:
        """The friend's own visits under a version that pays for visits: to come is what they do."""
        visits = (t for t in self.touches if t.kind == TouchKind.VISIT and t.own)
        return [t for t in visits if self.versions.at(t.at).trigger == Trigger.CONTENT_VISIT]

    def _visits_are_arrivals(self) -> None:
        for touch in self._content_visits():
            own = (touch.at, 0, touch.event)
            self.named[touch.id] = min(own, self.named.get(touch.id, own))

    def _root(self, person: str) -> str:
        return self.roots.get(person, person)

    def moments(self) -> list[Place]:
        """The arrival, and each later moment at which an event of the friend's own names somebody."""
        found = {*self.named.values(), *([self.arrival] if self.arrival else [])}
        return sorted(found)

    def at(self, moment: Place) -> Conclusion | None:
        """Who is bound at this moment, if anybody is eligible. Every touch that counts at it is seen."""
        program = in_segment(self.versions.at(moment[0]), self.state)
        existing, first = self._existing_customer(moment, program), program.attribution is Attribution.FIRST_TOUCH
        winner: Touch | None = None
        for touch in sorted(self._reached(moment), key=lambda t: self._strength(t, moment, first)):
            advocate = self._root(touch.advocate)
            refused = self._refused(touch, moment, advocate, program)
            refused = existing if refused is None else refused
            if refused is None and winner is not None:
                refused = _beaten(touch, winner, first)
            self.seen[touch.id] = Contender(touch, advocate, refused)
            winner = touch if refused is None else winner
        if winner is None:
            return None
        advocate, location = self._root(winner.advocate), winner.location
        there = location if location in program.locations else None
        return Conclusion(
            advocate, winner.id, winner.kind, moment[0], moment[2], program.version, None, self._barred_now(), there
        )

    def _reached(self, moment: Place) -> list[Touch]:
        """What counts at a moment: at the arrival all that came until then, later only what the moment's own event names."""
        if moment == self.arrival:
            return [
                t for t in self.touches if self._names(t, moment) or (t.at <= moment[0] and self._is_theirs(t, moment))
            ]
        return [t for t in self.touches if self._names(t, moment)]

    def _names(self, touch: Touch, moment: Place) -> bool:
        return self.named.get(touch.id) == moment

    def _is_theirs(self, touch: Touch, moment: Place) -> bool:
        named = self.named.get(touch.id)
        return touch.own or named is None or named <= moment

    def _strength(self, touch: Touch, moment: Place, first: bool) -> tuple[int, int, Instant, str, str]:
        """Smaller wins: a code or name (the first), then a visit named by its token, then the latest visit, then the first e-mail.

        With `first` the earliest visit instead, named or not. What a later event names is no stronger for it now: a binding is not moved
        from behind.
        """
        if first:
            return (RANK[touch.kind], 0, touch.at, touch.event, touch.id)
        named = touch.id in self.named and self.named[touch.id] <= moment
        visit = touch.kind == TouchKind.VISIT
        at = -touch.at if visit else touch.at
        return (RANK[touch.kind], 0 if named or not visit else 1, at, touch.event, touch.id)

    def _refused(self, touch: Touch, moment: Place, advocate: str, program: Program) -> Reason | None:
        if advocate == self.friend:
            return Reason.SELF_REFERRAL
        refused = self._standing_refused(touch, advocate)
        if refused is not None:
            return refused
        if program.bind_days is not None and moment[0] >= end_of_day(touch.at, program.bind_days, program.timezone):
            return Reason.BIND_WINDOW_OVER
        return None

    def _standing_refused(self, touch: Touch, advocate: str) -> Reason | None:
        """Not enrolled, suspended or circular: as it was when the binding that stands was made."""
        if touch.id in self.barred:
            return self.barred[touch.id]
        if advocate == self.standing:
            return None
        facts = self.advocates.get(advocate)
        if facts is None or not facts.enrolled:
            return Reason.NOT_ENROLLED
        if facts.suspended:
            return Reason.ADVOCATE_SUSPENDED
        return Reason.CIRCULAR_REFERRAL if facts.referred_by_friend else None

    def _barred_now(self) -> tuple[tuple[str, str], ...]:
        barred = dict(self.barred)
        for contender in self.seen.values():
            if contender.refused in _STANDING:
                barred[contender.touch.id] = contender.refused
        return tuple(sorted((touch, str(reason)) for touch, reason in barred.items()))

    def _existing_customer(self, moment: Place, program: Program) -> Reason | None:
        """Why the friend is not new at the moment; a program may ask for friends who are known under no spelling of their address."""
        if self._is_customer(moment, program):
            return Reason.EXISTING_CUSTOMER
        known = self.state.known_since
        otherwise = known is not None and known < moment[0] and program.new_by_mailbox
        return Reason.KNOWN_MAILBOX if otherwise else None

    def _is_customer(self, moment: Place, program: Program) -> bool:
        """A paid order before the moment (of the item that the program asks for newcomers to), or a customer since before it.

        By local day where only the date is known. Nobody is one in a program that is open to customers.
        """
        if not program.newcomers_only:
            return False
        state = self.state
        to = program.new_to
        if any(o.amount > 0 and (o.at, 1, o.event) < moment and to in (None, o.item) for o in state.orders.values()):
            return True
        if state.customer_since is not None and state.customer_since < moment[0]:
            return True
        day = state.customer_day
        return day is not None and local_date(day, "UTC") < local_date(moment[0], program.timezone)

    def claims(self) -> list[Contender]:
        """Whose refusal is the friend's: not an invitation to somebody who had come already, which nobody has answered."""
        came = self.arrival[0] if self.arrival else None
        late = (t.id for t in self.touches if t.kind == TouchKind.EMAIL and came is not None and t.at > came)
        return [self.seen[key] for key in self.seen.keys() - set(late)]

    def mark_the_rest(self, conclusion: Conclusion | None) -> None:
        """Every touch is a contender in the record, those that came too late as well."""
        for touch in self.touches:
            if touch.id not in self.seen:
                reason = self._why_not_seen(touch, conclusion)
                self.seen[touch.id] = Contender(touch, self._root(touch.advocate), reason)

    def _why_not_seen(self, touch: Touch, conclusion: Conclusion | None) -> Reason:
        if self.arrival is None:
            return Reason.NOT_ARRIVED
        since = self.named[touch.id][0] if touch.id in self.named and not touch.own else touch.at
        if conclusion is not None and since > conclusion.at:
            return Reason.TOUCH_AFTER_BINDING
        if touch.at <= self.arrival[0]:
            return Reason.OUTRANKED
        existing = self._existing_customer((touch.at, 2, touch.event), self.versions.at(touch.at))
        return existing or Reason.AFTER_ARRIVAL


def _beaten(touch: Touch, winner: Touch, first: bool) -> Reason:
    return Reason.LATER_VISIT if first and touch.kind == winner.kind == TouchKind.VISIT else Reason.OUTRANKED


_STANDING = (Reason.NOT_ENROLLED, Reason.ADVOCATE_SUSPENDED, Reason.CIRCULAR_REFERRAL)
_MOST_TELLING = (
    Reason.EXISTING_CUSTOMER,
    Reason.KNOWN_MAILBOX,
    Reason.SELF_REFERRAL,
    Reason.CIRCULAR_REFERRAL,
    Reason.ADVOCATE_SUSPENDED,
    Reason.BIND_WINDOW_OVER,
    Reason.NOT_ENROLLED,
    Reason.AFTER_ARRIVAL,
)


def _refusal(claims: list[Contender]) -> Reason | None:
    """The one reason shown for a friend whom nobody could be bound to; None while the friend has not come yet."""
    reasons = {c.refused for c in claims}
    return next((reason for reason in _MOST_TELLING if reason in reasons), None)
