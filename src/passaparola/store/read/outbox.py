"""What the outbox holds."""

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session

COLUMNS = "id, workspace_id, cause, notices, due_at, attempts"


@value(frozen=True, slots=True)
class OutboxRow:
    """All that one cause has to say. `at`: when it happened; `notices`: JSON."""

    id: str
    workspace: str
    cause: str
    notices: str
    at: Instant
    attempts: int


def outbox_waits(session: Session, now: Instant) -> bool:
    """Whether anything is to be handed out: asked twice a second, so it costs one look at an index."""
    statement = (
        "SELECT 1 FROM store_outbox o WHERE o.state = 'waiting' AND o.due_at <= %(now)s"
        " AND (o.leased_until IS NULL OR o.leased_until <= %(now)s) LIMIT 1"
    )
    return bool(session.rows(statement, now=now))


def waiting_rows(session: Session, *, now: Instant, limit: int) -> list[OutboxRow]:
    """The oldest rows that wait."""
    statement = (
        f"SELECT {COLUMNS} FROM store_outbox o WHERE o.state = 'waiting' AND o.due_at <= %(now)s"
        " AND (o.leased_until IS NULL OR o.leased_until <= %(now)s) ORDER BY o.due_at LIMIT %(limit)s"
    )
    return [OutboxRow(*row) for row in session.rows(statement, now=now, limit=limit)]
