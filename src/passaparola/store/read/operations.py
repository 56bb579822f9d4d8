"""How the installation does, for whoever watches over it: each question is one statement on an index."""

from passaparola.domain.instant import Instant
from passaparola.store.session import Session

VIOLATIONS = ["ledger_violation", "unable_to_seal", "unable_to_prove"]


def migrations_applied(session: Session) -> set[tuple[str, str]]:
    """(app, name) of every migration of the database."""
    return {(app, name) for app, name in session.rows("SELECT app, name FROM django_migrations")}


def oldest_waiting(session: Session) -> Instant | None:
    """Since when the first in the outbox's line has been waiting, or None: since it was due, or made when that was later.

    What broke a listener and waits for its next try is not in the line: it keeps nobody waiting, and ends as a finding.
    """
    rows = session.rows(
        "SELECT due_at, id FROM store_outbox WHERE state = 'waiting' AND leased_until IS NULL ORDER BY due_at LIMIT 1"
    )
    return max(int(rows[0][0]), made_at(str(rows[0][1]))) if rows else None


def made_at(key: str) -> Instant:
    """When an id was made: a UUIDv7 begins with the milliseconds."""
    return int(key[:12], 16) * 1000


def waiting(session: Session) -> dict[str, int]:
    """How many rows wait: in the outbox, for a webhook's receiver, for the mail server."""
    tables = {"outbox": "store_outbox", "webhooks": "store_webhookdelivery", "mails": "store_message"}
    return {
        name: int(session.rows(f"SELECT COUNT(*) FROM {table} WHERE state = 'waiting'")[0][0])
        for name, table in tables.items()
    }


def open_violations(session: Session) -> int:
    """What the ledger's checker found and nobody has resolved."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_finding WHERE resolved_at IS NULL AND kind = any{kinds:text}", kinds=VIOLATIONS
    )
    return int(rows[0][0])
