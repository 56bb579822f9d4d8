"""Addresses that friends left where an order earns: the clock records a visit under each, and forgets those that nothing came of.

Not while the friend waits: whether somebody is known by an address must not show in what the page does, nor in how long it takes.
"""

import orjson

from passaparola.actions.acting import Asked, Desk, done, perform
from passaparola.actions.events.loading import load
from passaparola.actions.events.work import Work
from passaparola.actions.visits.tokens import visit_event
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.programs.compiled import Trigger
from passaparola.domain.rewards.target import LOCATION
from passaparola.domain.tokens import Clicked
from passaparola.store.read.offers import Waiting, waiting_acceptances
from passaparola.store.session import writing

ADDRESSES_KEPT: Instant = 14 * DAY
BATCH = 200
_RECORDED = (
    "UPDATE store_acceptance SET person_id = %(person)s::uuid, address = '' WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    " AND person_id IS NULL"
)


def record_acceptances(
    workspace: str, *, now: Instant, keys: Keyring | None = None, actor: str = "clock", batch: int = BATCH
) -> int:
    """Record a visit under each address that was left, so that a later order under it is attributed without a cookie or a code.

    Nobody has confirmed the address: it stands for itself and is added to nobody who is known by something else.
    The number recorded. Raises Conflict.
    """
    recorded = 0
    while count := done(perform(Asked(workspace, now, actor), lambda desk: _record(desk, keys, batch))):
        recorded += count
    return recorded


def _record(desk: Desk, keys: Keyring | None, batch: int) -> int:
    earning = [key for key, v in desk.programs.items() if v.live.trigger is not Trigger.SIGNUP]
    waiting = waiting_acceptances(desk.session, desk.workspace.id, earning, batch) if earning else []
    if not waiting:
        return 0
    events = [visit_event(_clicked(w), (("email", w.address),)) for w in waiting]
    overlay = load(desk.session, desk.workspace, desk.programs, events, keys=keys)
    work = Work(overlay, desk.plan)
    oldest = desk.now - desk.workspace.lateness_days * DAY
    for event, taken in zip(events, waiting, strict=True):
        work.record(event, now=desk.now, late=event.at < oldest)
        person = overlay.root(overlay.people[event.person[0]])
        desk.plan.guarded.append((_RECORDED, {"person": person, "ws": desk.workspace.id, "id": taken.id}))
    return len(waiting)


def _clicked(taken: Waiting) -> Clicked:
    told = orjson.loads(taken.facts) if taken.facts else {}
    return Clicked(taken.visit, taken.at, taken.code, told.get(LOCATION, ""))


def forget_addresses(workspace: str, *, now: Instant) -> int:
    """Clear addresses that nobody confirmed within 14 days; what finds them again without telling them stays. How many."""
    with writing() as session:
        return session.run(
            "UPDATE store_acceptance SET address = '' WHERE workspace_id = %(ws)s::uuid AND address <> ''"
            " AND created_at < %(before)s",
            ws=workspace,
            before=now - ADDRESSES_KEPT,
        )
