"""An advocate has confirmed their address: what waited for it is theirs."""

from passaparola.actions.acting import Asked, Desk, Performed, perform
from passaparola.actions.advocates.standing import ACTIVE, find_advocate
from passaparola.actions.effects import tell
from passaparola.actions.events.overlay import PROVISIONAL
from passaparola.actions.people.change import group_of
from passaparola.actions.rewards.pause import free_waiting
from passaparola.domain.reasons import Reason
from passaparola.store.read.advocates import AdvocateRow, advocates_in
from passaparola.store.read.gather import rewards_waiting
from passaparola.store.session import Conflict


def confirm_advocate(advocate: str, *, asked: Asked) -> Performed[AdvocateRow]:
    """Make a provisional advocate an active one. Rewards that waited for it are issued, or go on waiting for what else there is.

    Of merged persons it is the whole person. Again, or of a suspended advocate: nothing happens. Raises NotFound, IdempotencyMismatch,
    Conflict.
    """
    return perform(asked, lambda desk: confirm(advocate, desk))


def confirm(key: str, desk: Desk) -> AdvocateRow:
    """The same, inside an act that does more. That act must decide on no rewards of its own."""
    found = find_advocate(key, desk)
    people = group_of(found.person, desk)
    parts = advocates_in(desk.session, desk.workspace.id, found.program, people)
    unconfirmed = [part for part in parts if part.status == PROVISIONAL]
    if not unconfirmed:
        return found
    cause = desk.act("advocate.confirm", key)
    waiting = _waiting(found.program, people, desk)
    overlay = desk.overlay(rewards=waiting)
    for part in unconfirmed:
        overlay.advocates[(part.program, part.person)] = ACTIVE
        desk.plan.guarded.append((_CONFIRM, {"ws": desk.plan.workspace, "id": part.id}))
    free_waiting(waiting, overlay, desk, cause)
    tell([{"topic": "advocate.confirmed", "id": part.id} for part in unconfirmed], cause, desk.plan, desk.now)
    desk.afterwards.append(lambda: _nothing_waits(found.program, people, desk))
    return AdvocateRow(found.id, found.program, found.person, ACTIVE)


def _waiting(program: str, people: list[str], desk: Desk) -> list[str]:
    rewards = rewards_waiting(desk.session, desk.workspace.id, Reason.ADVOCATE_UNCONFIRMED, people)
    return [reward.id for reward in rewards if reward.program == program]


def _nothing_waits(program: str, people: list[str], desk: Desk) -> None:
    """Nothing was granted to the unconfirmed advocate since: asked at the very end, when other writers wait for the workspace."""
    if _waiting(program, people, desk):
        raise Conflict("a reward was granted while the advocate was confirmed")


_CONFIRM = (
    "UPDATE store_advocate SET status = 'active' WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    " AND status = 'provisional'"
)
