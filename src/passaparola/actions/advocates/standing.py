"""An advocate's standing: suspended advocates bind no new friends; friends bound before stay bound."""

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, perform
from passaparola.actions.effects import tell
from passaparola.actions.people.change import group_of
from passaparola.store.read.advocates import AdvocateRow, advocate_by_id, advocates_in

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
