"""How late an event may come and still be rewarded without a look."""

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform

LONGEST = 3650


def set_lateness(days: int, *, asked: Asked) -> Performed[int]:
    """Rewards for events older than this many days wait for a person, with the reason `late_event`. 0 to 3650; 30 at first.

    It counts for events that arrive from now on. Refused: `invalid_lateness` (422). Raises IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _set(days, desk))


def _set(days: int, desk: Desk) -> int:
    if not 0 <= days <= LONGEST:
        raise Refusal("invalid_lateness", f"0 to {LONGEST} days", 422)
    if days != desk.workspace.lateness_days:
        desk.act("workspace.lateness", "", days=days, before=desk.workspace.lateness_days)
        statement = "UPDATE store_workspace SET lateness_days = %(days)s WHERE id = %(ws)s::uuid"
        desk.plan.guarded.append((statement, {"days": days, "ws": desk.plan.workspace}))
    return days
