"""Who becomes an advocate by an event where not anybody may: what the rules read, for the people whom a batch may let in.

Read only where such a program is live. What the batch itself tells of them counts as well, so that its size changes nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from passaparola.actions.events.overlay import BEGINS, Overlay, find_person
from passaparola.domain.access import Figures, PaidOrder, Refunded, Who, admits, asks_figures, figures
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import Instant, local_date
from passaparola.domain.people.facts import PersonFacts
from passaparola.domain.people.identity import Identity
from passaparola.domain.programs.access import BY_EVENTS, Join
from passaparola.domain.programs.compiled import Program
from passaparola.store.read.access import customers_since, exclusions, orders_of, refunds_of
from passaparola.store.read.gather import StoredEvent
from passaparola.store.read.people import facts_of
from passaparola.store.session import Session

Admission = tuple[str, str, str, str]  # program's slug, person, the event's source and id


@dataclass(slots=True)
class Gates:
    """What is known of whoever may be let in; `event` is the one in hand, `fresh` are the people whom it made."""

    facts: dict[str, PersonFacts] = field(default_factory=dict)
    excluded: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[str, list[PaidOrder]] = field(default_factory=lambda: defaultdict(list))
    refunds: list[Refunded] = field(default_factory=list)
    since: dict[str, Instant] = field(default_factory=dict)
    event: tuple[str, str] = ("", "")  # source, id
    fresh: set[str] = field(default_factory=set)
    log: frozenset[Admission] | None = None  # from the log: who was let in then

    def admits(self, program: Program, person: str, overlay: Overlay, now: Instant) -> bool:
        """Whether this person (who stands for themselves) may recommend in the program."""
        if self.log is not None:
            return (program.slug, person, *self.event) in self.log
        group = overlay.group(person)
        because = next((why for m in group if (why := self.excluded.get((program.key, m)))), "")
        who = Who(
            facts=self.facts.get(person, {}),
            known=person not in self.fresh,
            excluded=because,
            figures=lambda: self._figures(group, program, now),
        )
        return admits(program, who, local_date(now, program.timezone)) is None

    def take(self, source: str, key: str) -> None:
        """Have this event in hand from now on."""
        self.event = (source, key)
        self.fresh.clear()

    def note(self, stored: StoredEvent, person: str | None) -> None:
        """What an event of this batch adds to what is counted of a person."""
        if stored.type == EventType.REFUND:
            self.refunds.append(_refunded(stored))
        if person is None:
            return
        if stored.type == EventType.PURCHASE and stored.outcome == "recorded" and (stored.amount or 0) > 0:
            order = PaidOrder(stored.order_key or "", stored.amount or 0, stored.unit or "", stored.at)
            self.orders[person].append(order)
        if stored.customer_since is not None:
            self.since[person] = min(stored.customer_since, self.since.get(person, stored.customer_since))

    def _figures(self, group: Sequence[str], program: Program, now: Instant) -> Figures:
        orders = [order for member in group for order in self.orders.get(member, ())]
        keys = {order.key for order in orders}
        since = min((self.since[member] for member in group if member in self.since), default=None)
        mine = [refund for refund in self.refunds if refund.order in keys]
        return figures(orders, mine, since=since, currency=program.currency, now=now)


def gated(overlay: Overlay) -> list[Program]:
    """The live programs into which an event may let somebody, but not anybody."""
    live = (versions.live for versions in overlay.programs.values())
    return [
        p
        for p in live
        if not p.is_open and p.access in BY_EVENTS and p.admission.join is not Join.BY_ASKING and p.status in BEGINS
    ]


def load_gates(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    """Read what the rules ask of those whom these events name, where a live program asks."""
    programs = gated(overlay)
    if not programs:
        return
    gates = overlay.gates = Gates()
    gates.refunds = [_refunded(told) for of_order in overlay.refunds.values() for told in of_order]
    people = _candidates(overlay, programs, events)
    if not people:
        return
    group, workspace = {m for person in people for m in overlay.group(person)}, overlay.workspace.id
    gates.facts = facts_of(session, workspace, people)
    gates.excluded = exclusions(session, workspace, [program.key for program in programs], group)
    if any(asks_figures(program) for program in programs):
        gates.orders.update(orders_of(session, workspace, group))
        gates.since = customers_since(session, workspace, group)
        orders = {order.key for mine in gates.orders.values() for order in mine}
        gates.refunds += refunds_of(session, workspace, orders) if orders else []


def _candidates(overlay: Overlay, programs: Sequence[Program], events: Sequence[Event]) -> set[str]:
    """Whoever is known already and may become an advocate by these events. An event may make known by a new identity whom the next one
    names by it: whoever shares an identity with one who may, directly or through others, may as well."""
    automatic = any(program.admission.join is Join.AUTOMATIC_ON_SIGNUP for program in programs)
    waiting = [identity for event in events for identity in _may_come_in(event, automatic)]
    if not waiting:
        return set()
    named = {told for event in events for told in (event.person, event.to, event.referred_by) if told}
    sharing: dict[Identity, list[tuple[Identity, ...]]] = defaultdict(list)
    for told in named:
        for identity in told:
            sharing[identity].append(told)
    found: set[tuple[Identity, ...]] = set()
    while waiting:
        for told in sharing.pop(waiting.pop(), ()):
            if told not in found:
                found.add(told)
                waiting.extend(told)
    return {person for told in found if (person := find_person(overlay, told)) is not None}


def _may_come_in(event: Event, automatic: bool) -> tuple[Identity, ...]:
    """The identities of whom this event itself may let in: who is named, who shares, and who signs up where that is enough."""
    own = event.type == EventType.SHARE or (automatic and event.type == EventType.SIGNUP)
    return (*event.person, *event.referred_by) if own else event.referred_by


def _refunded(stored: StoredEvent) -> Refunded:
    return Refunded(stored.order_key or "", stored.refund_key or "", stored.amount, stored.unit)
