"""The customers a firm has already: friends who are among them are not new."""

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.people.change import strongest
from passaparola.actions.people.facts import say_facts
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.events.facts import UnableToReadFacts
from passaparola.domain.instant import Instant, iso
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.facts import changed
from passaparola.domain.people.identity import Identity
from passaparola.store.read import gather
from passaparola.store.read.people import facts_of
from passaparola.store.session import reading

SOURCE = "customers"
ACTOR = "customers import"
BATCH = 500


class Customer(NamedTuple):
    """One row: who, and since when; None: since the import. With `only_date` the hour of `since` counts nothing."""

    identities: tuple[Identity, ...]
    since: Instant | None = None
    only_date: bool = False
    facts: tuple[tuple[str, str | int | bool | None], ...] = ()  # what is said of them beside


class CustomersImported(NamedTuple):
    """`recorded` rows told something new, a date or a fact; `known` were told before; `failed` could not be written: (row from 0, why)."""

    recorded: int
    known: int
    failed: tuple[tuple[int, str], ...] = ()


def import_customers(
    rows: Sequence[Customer], *, workspace: str, now: Instant, keys: Keyring | None = None
) -> CustomersImported:
    """Record that these persons are customers. A row told before changes nothing; one with another date is a new fact, the earlier
    date counts. Referrals of friends who turn out to have been customers before are refused while nothing has left the firm.

    Each row needs at least one identity, in canonical form. Raises ValueError for a row without one.
    """
    outcomes: dict[int, bool] = {}  # row → whether it told something new
    failed: dict[int, str] = {}
    for first in range(0, len(rows), BATCH):
        part = {n: Customer(*row) for n, row in enumerate(rows[first : first + BATCH], first)}
        _record(part, workspace, now, keys, outcomes, failed)
        said = {n: row for n, row in part.items() if row.facts and n not in failed}
        found = done(perform(Asked(workspace, now, ACTOR), partial(_say, said))) if said else {}
        for number, answer in found.items():
            if isinstance(answer, str):
                failed[number] = answer
                outcomes.pop(number)
            else:
                outcomes[number] |= answer
    recorded = sum(outcomes.values())
    return CustomersImported(recorded, len(outcomes) - recorded, tuple(sorted(failed.items())))


def _record(
    part: dict[int, Customer],
    workspace: str,
    now: Instant,
    keys: Keyring | None,
    outcomes: dict[int, bool],
    failed: dict[int, str],
) -> None:
    """The facts that these are customers, as events."""
    events = {n: _event(row, now) for n, row in part.items()}
    told = _told(workspace, [event.id for event in events.values()])
    new = {n: event for n, event in events.items() if event.id not in told}
    outcomes.update(dict.fromkeys(events.keys() - new.keys(), False))
    arrivals = [Arrival(event, now, trusted_past=True) for event in new.values()]
    for number, answer in zip(new, record_events(arrivals, workspace=workspace, keys=keys), strict=True):
        if answer.failed is not None:
            failed[number] = answer.failed
        else:
            outcomes[number] = answer.events[0].outcome == "recorded"


def _say(rows: dict[int, Customer], desk: Desk) -> dict[int, bool | str]:
    """Say the facts of these rows in one commit; of several rows of one person the later one counts. Whether each was new, or why not."""
    overlay, found = desk.people(), dict[int, bool | str]()
    wanted = {identity for row in rows.values() for identity in row.identities}
    known = gather.people_by_identity(desk.session, desk.workspace.id, sorted(wanted))
    of: dict[int, str] = {}
    for number, row in rows.items():
        who = next((known[i] for i in strongest(row.identities) if i in known), None)
        if who is None:  # the row was told before, and what it names was taken away since
            found[number] = "nobody is known by this any more"
        else:
            of[number] = overlay.root(who)
    now = facts_of(desk.session, desk.workspace.id, set(of.values()))
    told: dict[str, dict[str, str | int | bool | None]] = {}
    for number, person in of.items():
        facts, before = dict(rows[number].facts), now.get(person, {})
        try:
            now[person] = changed(before, facts)
        except UnableToReadFacts as problem:
            found[number] = str(problem)
            continue
        told[person] = {**told.get(person, {}), **facts}
        found[number] = now[person] != before
    say_facts(told, desk)
    return found


def _event(row: Customer, now: Instant) -> Event:
    """The event's id follows from all that names them and since when; it shows neither. So what a later row adds is told."""
    if not row.identities:
        raise ValueError("a customer needs at least one identity")
    identities = tuple(strongest(row.identities))
    date = "" if row.since is None else iso(row.since)[:10] if row.only_date else iso(row.since)
    named = "|".join(map(repr, identities))
    digest = hashlib.blake2b(f"{named}|{date}".encode(), digest_size=16).hexdigest()
    since = now if row.since is None else row.since
    return Event(
        source=SOURCE,
        id=f"customer:{digest}",
        type=EventType.CUSTOMER,
        at=now,
        person=identities,
        customer_since=since,
        only_date=row.only_date and row.since is not None,
        at_told=False,
    )


def _told(workspace: str, ids: Iterable[str]) -> set[str]:
    with reading() as session:
        return {event.external_id for event in gather.known_events(session, workspace, SOURCE, list(ids))}
