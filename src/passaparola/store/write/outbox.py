"""The outbox is handed out: rows are marked done in the commit that writes what follows from them."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.ids import new_id
from passaparola.store.read.outbox import COLUMNS, OutboxRow
from passaparola.store.session import Session
from passaparola.store.write.plan import INSERTS, Plan, insert_findings

WAITING, DONE, DEAD = "waiting", "done", "dead"
DELIVERY = (
    "id", "workspace_id", "endpoint_id", "message", "topic", "body", "state", "attempts", "due_at", "leased_until", "created_at",
    "ended_at",
)  # fmt: skip
ADDED_BY_LISTENERS = frozenset({"message"})


class UnableToFanOut(TypeError):
    """A listener put something into its plan that is not written here."""


@value(frozen=True, slots=True)
class NewDelivery:
    """One message for one endpoint. `message` is its webhook-id."""

    endpoint: str
    message: str
    topic: str
    body: str


def take_outbox(session: Session, *, now: Instant, limit: int) -> list[OutboxRow]:
    """Mark the oldest rows that wait as done and read them. Another process gets others, or these when our commit fails."""
    return _taken(
        session,
        "SELECT o.id FROM store_outbox o WHERE o.state = 'waiting' AND o.due_at <= %(now)s"
        " AND (o.leased_until IS NULL OR o.leased_until <= %(now)s) ORDER BY o.due_at LIMIT %(limit)s",
        now=now,
        limit=limit,
    )


def take_these(session: Session, ids: Sequence[str], *, now: Instant) -> list[OutboxRow]:
    """Mark these rows as done and read those that still waited."""
    wanted = "SELECT o.id FROM store_outbox o WHERE o.state = 'waiting' AND o.id = any{ids:uuid}"
    return _taken(session, wanted, ids=list(ids), now=now)


def _taken(session: Session, wanted: str, **values: object) -> list[OutboxRow]:
    statement = (
        f"UPDATE store_outbox SET state = 'done', leased_until = NULL WHERE id IN ({wanted}) AND state = 'waiting'"
        f" AND (leased_until IS NULL OR leased_until <= %(now)s) RETURNING {COLUMNS}"
    )
    return sorted((OutboxRow(*row) for row in session.rows(statement, **values)), key=lambda r: (r.at, r.id))


def set_outbox_back(session: Session, row: OutboxRow, *, until: Instant | None) -> None:
    """A row that could not be handed out waits until then; with None it is set aside until somebody asks for it again."""
    session.run(
        "UPDATE store_outbox SET attempts = attempts + 1, state = %(state)s, leased_until = %(until)s"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = 'waiting'",
        state=DEAD if until is None else WAITING,
        until=until,
        ws=row.workspace,
        id=row.id,
    )


def revive_outbox(session: Session, workspace: str) -> int:
    """What was set aside waits again. How many rows."""
    return session.run(
        "UPDATE store_outbox SET state = 'waiting', attempts = 0, leased_until = NULL"
        " WHERE workspace_id = %(ws)s::uuid AND state = 'dead'",
        ws=workspace,
    )


def write_fan_out(session: Session, plan: Plan, deliveries: Sequence[NewDelivery], now: Instant) -> None:
    """Write what listeners added, each single by its natural key. Takes no serial: nothing is decided here. Raises UnableToFanOut."""
    beyond = sorted(table for table, rows in plan.rows.items() if rows and table not in ADDED_BY_LISTENERS)
    if beyond or plan.guarded or plan.moves or plan.reward_updates or plan.referral_updates:
        raise UnableToFanOut(f"listeners add mails, deliveries and findings, not {beyond or 'changes'}")
    rows = [
        (new_id(), plan.workspace, d.endpoint, d.message, d.topic, d.body, WAITING, 0, now, None, now, None)
        for d in sorted(deliveries, key=lambda d: (d.endpoint, d.message))
    ]
    session.insert_new("store_webhookdelivery", DELIVERY, rows, known_by="workspace_id, endpoint_id, message")
    messages = sorted(plan.rows["message"], key=lambda row: str(row[2]))
    session.insert_new("store_message", INSERTS["message"], messages, known_by="workspace_id, key")
    insert_findings(session, plan)
