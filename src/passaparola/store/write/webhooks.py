"""Deliveries of webhooks: leased by a conditional UPDATE, recorded by whoever still has the lease."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.ids import first_id_at, new_id
from passaparola.store.read.outbox import OutboxRow
from passaparola.store.read.webhooks import EndpointRow, told_before
from passaparola.store.session import Session
from passaparola.store.write.outbox import DELIVERY, WAITING, NewDelivery

PAGE = 2000


@value(frozen=True, slots=True)
class Leased:
    """One delivery that is ours until `until`. `attempts` counts this one."""

    id: str
    workspace: str
    endpoint: str
    message: str
    body: str
    attempts: int
    until: Instant


@value(frozen=True, slots=True)
class Tried:
    """What came of one attempt. `due_at` None: it was the last one."""

    leased: Leased
    at: Instant
    milliseconds: int
    status: int | None
    problem: str
    answer: str
    due_at: Instant | None


def lease_deliveries(session: Session, endpoint: str, *, room: int, now: Instant, until: Instant) -> list[Leased]:
    """Take at most `room` due deliveries of an endpoint, the oldest first. Another process gets others."""
    free = "state = 'waiting' AND (leased_until IS NULL OR leased_until <= %(now)s)"
    rows = session.rows(
        "UPDATE store_webhookdelivery SET leased_until = %(until)s, attempts = attempts + 1 WHERE id IN ("
        f"SELECT id FROM store_webhookdelivery WHERE endpoint_id = %(endpoint)s::uuid AND due_at <= %(now)s AND {free}"
        f" ORDER BY due_at, id LIMIT %(room)s) AND {free}"
        " RETURNING id, workspace_id, endpoint_id, message, body, attempts, leased_until",
        endpoint=endpoint,
        now=now,
        until=until,
        room=room,
    )
    return [Leased(*row) for row in rows]


_OURS = " WHERE id = %(id)s::uuid AND state = 'waiting' AND attempts = %(attempts)s AND leased_until = %(until)s"


def record_attempt(session: Session, tried: Tried) -> bool:
    """Write down an attempt and what follows from it. False when another process has the delivery by now, or nobody wants it any more."""
    leased = tried.leased
    state = "delivered" if not tried.problem else "failed" if tried.due_at is None else WAITING
    ours = session.run(
        "UPDATE store_webhookdelivery SET state = %(state)s, leased_until = NULL, due_at = COALESCE(%(due)s::bigint, due_at),"
        f" ended_at = %(ended)s::bigint{_OURS}",
        state=state,
        due=tried.due_at,
        ended=None if state == WAITING else tried.at,
        id=leased.id,
        attempts=leased.attempts,
        until=leased.until,
    )
    if ours:
        session.run(
            "INSERT INTO store_deliveryattempt (id, workspace_id, delivery_id, number, at, milliseconds, status, problem, answer)"
            " SELECT %(key)s::uuid, d.workspace_id, d.id, COALESCE((SELECT MAX(t.number) FROM store_deliveryattempt t"
            " WHERE t.workspace_id = d.workspace_id AND t.delivery_id = d.id), 0) + 1, %(at)s, %(ms)s, %(status)s::integer, %(problem)s,"
            " %(answer)s FROM store_webhookdelivery d WHERE d.id = %(id)s::uuid",
            key=new_id(),
            id=leased.id,
            at=tried.at,
            ms=tried.milliseconds,
            status=tried.status,
            problem=tried.problem,
            answer=tried.answer,
        )
    return ours == 1


def disable_endpoint(session: Session, workspace: str, endpoint: str, reason: str) -> bool:
    """Send nothing more there. False when it was not enabled."""
    return (
        session.run(
            "UPDATE store_webhookendpoint SET state = 'disabled', reason = %(reason)s, replay_until = NULL WHERE"
            " workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state = 'enabled'",
            ws=workspace,
            id=endpoint,
            reason=reason,
        )
        == 1
    )


DROP = (
    "UPDATE store_webhookdelivery SET state = 'dropped', ended_at = %(now)s, leased_until = NULL WHERE workspace_id = %(ws)s::uuid"
    " AND endpoint_id = %(id)s::uuid AND state = 'waiting'"
)


def drop_waiting(session: Session, workspace: str, endpoint: str, now: Instant) -> int:
    """What waits for an endpoint is not sent any more. How many."""
    return session.run(DROP, ws=workspace, id=endpoint, now=now)


def again(session: Session, workspace: str, delivery: str, now: Instant) -> int:
    """A delivery that has ended is tried anew, with all its attempts before it."""
    return session.run(
        "UPDATE store_webhookdelivery SET state = 'waiting', attempts = 0, due_at = %(now)s, leased_until = NULL, ended_at = NULL"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND state <> 'waiting'",
        ws=workspace,
        id=delivery,
        now=now,
    )


def add_delivery(session: Session, workspace: str, made: NewDelivery, now: Instant) -> str:
    """One more delivery, due at once; its id."""
    key = new_id()
    row = (key, workspace, made.endpoint, made.message, made.topic, made.body, WAITING, 0, now, None, now, None)
    session.insert("store_webhookdelivery", DELIVERY, [row])
    return key


def deliver_again(session: Session, workspace: str, deliveries: Sequence[NewDelivery], now: Instant) -> None:
    """Each of these messages is sent (again), under the id it has: what waits already goes on waiting."""
    known = {
        row[0]: row[1]
        for row in session.rows(
            "SELECT message, id FROM store_webhookdelivery WHERE workspace_id = %(ws)s::uuid AND endpoint_id = %(endpoint)s::uuid"
            " AND message = any{messages:text}",
            ws=workspace,
            endpoint=deliveries[0].endpoint if deliveries else None,
            messages=[d.message for d in deliveries],
        )
    }
    rows = [
        (new_id(), workspace, d.endpoint, d.message, d.topic, d.body, WAITING, 0, now, None, now, None)
        for d in deliveries
        if d.message not in known
    ]
    session.insert_new("store_webhookdelivery", DELIVERY, rows, known_by="workspace_id, endpoint_id, message")
    if known:
        session.run(
            "UPDATE store_webhookdelivery SET state = 'waiting', attempts = 0, due_at = %(now)s, leased_until = NULL, ended_at = NULL"
            " WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid} AND state <> 'waiting'",
            ws=workspace,
            now=now,
            ids=sorted(known.values()),
        )


def next_of_replay(session: Session, endpoint: EndpointRow, limit: int) -> list[OutboxRow]:
    """The next rows of an endpoint's replay; the place is moved behind them, or the replay ends."""
    found = [
        OutboxRow(key, endpoint.workspace, cause, notices, at, attempts)
        for key, cause, notices, at, attempts in told_before(session, endpoint, limit)
    ]
    last = found[-1] if len(found) == limit else None
    moved = session.run(
        "UPDATE store_webhookendpoint SET replay_from = %(since)s::bigint, replay_after = %(after)s::uuid,"
        " replay_until = CASE WHEN %(more)s = 1 THEN replay_until ELSE NULL END WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
        " AND state = 'enabled' AND replay_until = %(until)s AND replay_from = %(seen)s"
        " AND COALESCE(replay_after, %(none)s::uuid) = COALESCE(%(place)s::uuid, %(none)s::uuid)",
        since=last.at if last else endpoint.replay_from,
        after=last.id if last else None,
        more=1 if last else 0,
        ws=endpoint.workspace,
        id=endpoint.id,
        until=endpoint.replay_until,
        seen=endpoint.replay_from,
        place=endpoint.replay_after,
        none="0" * 32,
    )
    return found if moved == 1 else []


def forget_told(session: Session, before: Instant) -> int:
    """Remove what was told, delivered or given up before this moment, a page at a time. How many rows."""
    oldest = first_id_at(before)
    removed = 0
    for table, condition in (
        ("store_deliveryattempt", ""),
        ("store_webhookdelivery", " AND state <> 'waiting'"),
        ("store_outbox", " AND state = 'done'"),
    ):
        removed += session.run(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE id < %(oldest)s::uuid{condition} ORDER BY id LIMIT %(page)s)",
            oldest=oldest,
            page=PAGE,
        )
    return removed
