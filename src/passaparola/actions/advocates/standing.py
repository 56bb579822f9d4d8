"""An advocate's standing: suspended advocates bind no new friends; friends bound before stay bound."""

from collections.abc import Sequence

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, perform
from passaparola.actions.effects import tell
from passaparola.actions.people.change import group_of
from passaparola.store.read.advocates import AdvocateRow, advocate_by_id, advocates_in
from passaparola.store.session import Conflict

ACTIVE, SUSPENDED = "active", "suspended"


def suspend(advocate: str, *, asked: Asked, note: str = "") -> Performed[AdvocateRow]:
    """Bind nobody to this advocate from now on. Of merged persons it is the whole person. Again: nothing happens.

    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: set_standing(advocate, SUSPENDED, "advocate.suspend", note, desk))


def resume(advocate: str, *, asked: Asked, note: str = "") -> Performed[AdvocateRow]:
    """End a suspension. Again: nothing happens. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: set_standing(advocate, ACTIVE, "advocate.resume", note, desk))


def find_advocate(advocate: str, desk: Desk) -> AdvocateRow:
    """The advocate of this id. Raises NotFound."""
    found = advocate_by_id(desk.session, desk.workspace.id, advocate)
    if found is None:
        raise NotFound(f"there is no advocate {advocate}")
    return found


def set_standing(key: str, status: str, verb: str, note: str, desk: Desk) -> AdvocateRow:
    """The same, inside an act that does more."""
    found = find_advocate(key, desk)
    parts = advocates_in(desk.session, desk.workspace.id, found.program, group_of(found.person, desk))
    changing = [part for part in parts if part.status != status]
    if changing:
        cause = desk.act(verb, key, note)
        topic = "advocate.suspended" if status == SUSPENDED else "advocate.resumed"
        tell([{"topic": topic, "id": part.id} for part in changing], cause, desk.plan, desk.now)
    for part in changing:
        values = {"status": status, "ws": desk.plan.workspace, "id": part.id, "seen": part.status}
        statement = (
            "UPDATE store_advocate SET status = %(status)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
            " AND status = %(seen)s"
        )
        desk.plan.guarded.append((statement, values))
    return AdvocateRow(found.id, found.program, found.person, status)


def bar(program: str, group: Sequence[str], note: str, desk: Desk) -> None:
    """Suspend these persons, who are one and may not recommend any more, inside an act that says so; at the same moment nobody makes them
    an advocate either."""
    mine = advocates_in(desk.session, desk.workspace.id, program, group)
    if any(part.status != SUSPENDED for part in mine):
        set_standing(mine[0].id, SUSPENDED, "advocate.suspend", note, desk)
    desk.plan.again = True
    desk.afterwards.append(lambda: _nobody_joined(program, group, desk))


def _nobody_joined(program: str, group: Sequence[str], desk: Desk) -> None:
    """Asked at the very end, when every other writer waits for the workspace: who became an advocate before is seen now, and who would
    become one after finds the programs changed and is asked about again."""
    if any(part.status != SUSPENDED for part in advocates_in(desk.session, desk.workspace.id, program, group)):
        raise Conflict("somebody who may not recommend any more became an advocate")
