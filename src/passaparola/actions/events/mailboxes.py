"""A friend who is a customer already, under another spelling of their address: looked for only where a live program asks for it.

What is found is kept as an event of ours before the friend's own, so that the log alone says all that was concluded. What the batch itself
tells of others counts as well, so that its size changes nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from passaparola.actions.events.overlay import BEGINS, BRINGS, Overlay, find_person
from passaparola.domain.events.event import CANCELLED, MAILBOX_SOURCE, Event, EventType, told_by_browser
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.people.mailbox import mailbox
from passaparola.store.ids import new_id
from passaparola.store.read.gather import StoredEvent
from passaparola.store.read.mailboxes import first_customers, people_by_mailbox
from passaparola.store.session import Session


@dataclass(slots=True)
class Mailboxes:
    """Who is known by which mailbox, and since when each of them is a customer."""

    people: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    since: dict[str, Instant] = field(default_factory=dict)

    def know(self, address: str, person: str) -> None:
        """This person is known by this address from now on."""
        self.people[mailbox(address)].add(person)

    def note(self, stored: StoredEvent) -> None:
        """What an event of this batch says of its person."""
        if stored.person is None:
            return
        if stored.type == EventType.PURCHASE and stored.outcome in PAID and (stored.amount or 0) > 0:
            self._earlier(stored.person, stored.at)
        if stored.customer_since is not None:
            self._earlier(stored.person, stored.customer_since + (DAY if stored.only_date else 0))

    def _earlier(self, person: str, at: Instant) -> None:
        self.since[person] = min(at, self.since.get(person, at))

    def concluded(self, event: Event, person: str, overlay: Overlay) -> StoredEvent | None:
        """The event that says since when this friend is known under another spelling; None where they are not, or it was said before."""
        if not _comes(event) or _was_concluded(person, overlay):
            return None
        root = overlay.root(person)
        others = {other for box in _boxes(event, root, overlay) for other in self.people.get(box, ())}
        members = {m for other in others if overlay.root(other) != root for m in overlay.group(other)}
        since = min((self.since[m] for m in members if m in self.since), default=None)
        if since is None or since >= event.at:
            return None
        known = Event(
            MAILBOX_SOURCE, f"known-{root}", EventType.CUSTOMER, since, person=(("person", root),), at_told=False
        )
        return StoredEvent(
            new_id(), known.source, known.id, known.type, since, root, None, None, None, None, None, None, None, None, False,
            "recorded", known.content_hash(),
        )  # fmt: skip


PAID = frozenset({"recorded", "duplicate_order"})


def load_mailboxes(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    """Read who is known under other spellings of the addresses by which friends come, where a live program asks."""
    live = (versions.live for versions in overlay.programs.values())
    if not any(program.new_by_mailbox and program.status in BEGINS for program in live):
        return
    known = overlay.mailboxes = Mailboxes()
    boxes = {mailbox(value) for event in events if _comes(event) for kind, value in event.person if kind == "email"}
    if not boxes:
        return
    for box, person in people_by_mailbox(session, overlay.workspace.id, boxes):
        known.people[box].add(person)
    people = {person for found in known.people.values() for person in found}
    # Whoever is named may be told an address of.
    told = {who for event in events for who in (event.person, event.to, event.referred_by) if who}
    named = (find_person(overlay, who) for who in told)
    people |= {person for person in named if person is not None}
    members = {member for person in people for member in overlay.group(person)}
    if members:
        known.since = first_customers(session, overlay.workspace.id, members)


def _comes(event: Event) -> bool:
    return event.type in BRINGS and event.stage != CANCELLED


def _boxes(event: Event, person: str, overlay: Overlay) -> set[str]:
    """The mailboxes by which this friend comes. What only a browser says of somebody else's address is not theirs."""
    told = (identity for identity in event.person if identity[0] == "email")
    if told_by_browser(event.id):
        told = (identity for identity in told if overlay.root(overlay.people.get(identity, "")) == person)
    return {mailbox(address) for _, address in told}


def _was_concluded(person: str, overlay: Overlay) -> bool:
    """Whether it was said of this friend before: in a referral of theirs, or in what waits to be folded into one."""
    root = overlay.root(person)
    cases = (case for program in overlay.programs if (case := overlay.cases.get((program, root))))
    if any(case.state.known_since is not None for case in cases):
        return True
    return any(stored.source == MAILBOX_SOURCE for stored in overlay.history.get(root, ()))
