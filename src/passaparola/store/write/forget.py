"""Remove what is kept for a time only."""

from passaparola.domain.instant import Instant
from passaparola.store.session import writing

PAGE = 1000


def forget_keys(workspace: str, before: Instant) -> int:
    """Remove idempotency keys that were used before this moment. What they did stays single by its natural key. How many."""
    removed = 0
    while True:
        with writing() as session:
            page = session.run(
                "DELETE FROM store_idempotencykey WHERE id IN (SELECT id FROM store_idempotencykey"
                " WHERE created_at < %(before)s AND workspace_id = %(ws)s::uuid ORDER BY created_at LIMIT %(page)s)",
                ws=workspace,
                before=before,
                page=PAGE,
            )
        removed += page
        if page < PAGE:
            return removed
