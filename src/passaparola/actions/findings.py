"""Findings: what an operator should look at, and has dealt with."""

from dataclasses import replace

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, perform
from passaparola.store.read.findings import FindingRow, finding_by_id


def resolve_finding(finding: str, *, asked: Asked, note: str = "") -> Performed[FindingRow]:
    """The operator has dealt with it. Again: nothing happens. Raises NotFound, IdempotencyMismatch, Conflict."""
    return perform(asked, lambda desk: _resolve(finding, note, desk))


def _resolve(key: str, note: str, desk: Desk) -> FindingRow:
    found = finding_by_id(desk.session, desk.workspace.id, key)
    if found is None:
        raise NotFound(f"there is no finding {key}")
    if found.resolved_at is not None:
        return found
    desk.act("finding.resolve", key, note)
    statement = (
        "UPDATE store_finding SET resolved_at = %(now)s WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
        " AND resolved_at IS NULL"
    )
    desk.plan.guarded.append((statement, {"now": desk.now, "ws": desk.plan.workspace, "id": key}))
    return replace(found, resolved_at=desk.now)
