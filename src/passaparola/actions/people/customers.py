"""The customers a firm has already: friends who are among them are not new."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.people.change import strongest
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import Instant, iso
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity
from passaparola.store.read import gather
from passaparola.store.session import reading

SOURCE = "customers"
BATCH = 500


class Customer(NamedTuple):
    """One row: who, and since when; None: since the import. With `only_date` the hour of `since` counts nothing."""

    identities: tuple[Identity, ...]
    since: Instant | None = None
    only_date: bool = False


class CustomersImported(NamedTuple):
    """`recorded` rows told something new; `known` were told before; `failed` could not be written: (row number from 0, why)."""

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
    recorded = known = 0
    failed: list[tuple[int, str]] = []
    for first in range(0, len(rows), BATCH):
        events = [_event(Customer(*row), now) for row in rows[first : first + BATCH]]
        told = _told(workspace, [event.id for event in events])
        new = [(first + n, event) for n, event in enumerate(events) if event.id not in told]
        known += len(events) - len(new)
        arrivals = [Arrival(event, now, trusted_past=True) for _, event in new]
        for (number, _), answer in zip(new, record_events(arrivals, workspace=workspace, keys=keys), strict=True):
            if answer.failed is not None:
                failed.append((number, answer.failed))
            elif answer.events[0].outcome == "recorded":
                recorded += 1
            else:
                known += 1
    return CustomersImported(recorded, known, tuple(failed))


def _event(row: Customer, now: Instant) -> Event:
    """The event's id follows from who and since when; it shows neither."""
    if not row.identities:
        raise ValueError("a customer needs at least one identity")
    identities = tuple(strongest(row.identities))
    date = "" if row.since is None else iso(row.since)[:10] if row.only_date else iso(row.since)
    digest = hashlib.blake2b(f"{identities[0]}|{date}".encode(), digest_size=16).hexdigest()
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
