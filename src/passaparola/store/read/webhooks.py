"""Endpoints of webhooks, and what they must be told."""

from collections.abc import Sequence
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.read.pages import Listing
from passaparola.store.session import Session

ENABLED, DISABLED, REMOVED = "enabled", "disabled", "removed"
_COLUMNS = (
    "e.id, e.workspace_id, e.url, e.description, e.topics, e.secret, e.old_secret, e.old_secret_until, e.state, e.reason, e.created_at,"
    " e.replay_from, e.replay_until, e.replay_after"
)


@value(frozen=True, slots=True)
class EndpointRow:
    """One endpoint. `secret` and `old_secret` are sealed; `topics` empty: all. While `replay_until` is set, the past is told again."""

    id: str
    workspace: str
    url: str
    description: str
    topics: tuple[str, ...]
    secret: str
    old_secret: str
    old_secret_until: Instant | None
    state: str
    reason: str
    created_at: Instant
    replay_from: Instant | None
    replay_until: Instant | None
    replay_after: str | None


def _endpoint(row: Sequence[Any]) -> EndpointRow:
    values = list(row)
    values[4] = tuple(orjson.loads(values[4]))
    return EndpointRow(*values)


ENDPOINTS = Listing(
    "store_webhookendpoint",
    "e",
    {
        name: f"e.{name}"
        for name in (
            "id",
            "url",
            "description",
            "topics",
            "state",
            "reason",
            "created_at",
            "old_secret_until",
            "replay_until",
        )
    },
    filters={"there": "e.state <> 'removed' AND %(there)s"},
)
DELIVERIES = Listing(
    "store_webhookdelivery",
    "d",
    {
        **{
            name: f"d.{name}"
            for name in (
                "id",
                "message",
                "topic",
                "body",
                "state",
                "attempts",
                "due_at",
                "created_at",
                "ended_at",
                "endpoint_id",
            )
        },
    },
    filters={
        "endpoint": "d.endpoint_id = %(endpoint)s::uuid",
        "state": "d.state = %(state)s",
        "topic": "d.topic = %(topic)s",
        "message": "d.message = %(message)s",
    },
)
ATTEMPTS = Listing(
    "store_deliveryattempt",
    "t",
    {
        name: f"t.{name}"
        for name in ("id", "number", "at", "milliseconds", "status", "problem", "answer", "delivery_id")
    },
    filters={"deliveries": "t.delivery_id = any{deliveries:uuid}"},
)


def enabled_endpoints(session: Session, workspace: str) -> list[EndpointRow]:
    """Those that hear of what happens."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_webhookendpoint e WHERE e.workspace_id = %(ws)s::uuid AND e.state = 'enabled' ORDER BY e.id",
        ws=workspace,
    )
    return [_endpoint(row) for row in rows]


def endpoint_by_id(session: Session, workspace: str, key: str) -> EndpointRow | None:
    """The endpoint of this id, unless it was removed."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_webhookendpoint e WHERE e.workspace_id = %(ws)s::uuid AND e.id = %(id)s::uuid"
        " AND e.state <> 'removed'",
        ws=workspace,
        id=key,
    )
    return _endpoint(rows[0]) if rows else None


def endpoints_there(session: Session, workspace: str) -> int:
    """How many endpoints a workspace has."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_webhookendpoint WHERE workspace_id = %(ws)s::uuid AND state <> 'removed'",
        ws=workspace,
    )
    return int(rows[0][0])


def endpoints_with_work(session: Session, now: Instant) -> list[EndpointRow]:
    """Enabled endpoints of all workspaces to which something is due: one look at an index each."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_webhookendpoint e WHERE e.state = 'enabled' AND EXISTS (SELECT 1 FROM store_webhookdelivery d"
        " WHERE d.endpoint_id = e.id AND d.state = 'waiting' AND d.due_at <= %(now)s"
        " AND (d.leased_until IS NULL OR d.leased_until <= %(now)s))",
        now=now,
    )
    return [_endpoint(row) for row in rows]


def endpoints_replaying(session: Session) -> list[EndpointRow]:
    """Enabled endpoints of all workspaces that are being told the past again."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_webhookendpoint e WHERE e.state = 'enabled' AND e.replay_until IS NOT NULL ORDER BY e.id"
    )
    return [_endpoint(row) for row in rows]


def told_before(session: Session, endpoint: EndpointRow, limit: int) -> list[tuple[Any, ...]]:
    """The next outbox rows of an endpoint's replay, in the order in which they happened: id, cause, notices, at."""
    return session.rows(
        "SELECT o.id, o.cause, o.notices, o.due_at, o.attempts FROM store_outbox o WHERE o.workspace_id = %(ws)s::uuid AND o.state = 'done'"
        " AND (o.due_at > %(since)s OR (o.due_at = %(since)s AND (%(after)s::uuid IS NULL OR o.id > %(after)s::uuid)))"
        " AND o.due_at <= %(until)s ORDER BY o.due_at, o.id LIMIT %(limit)s",
        ws=endpoint.workspace,
        since=endpoint.replay_from,
        after=endpoint.replay_after,
        until=endpoint.replay_until,
        limit=limit,
    )


def customer_ids(session: Session, workspace: str, people: Sequence[str]) -> dict[str, str]:
    """The shop's own id of each of these persons, whichever of their merged records has it; the first in order where there are several."""
    if not people:
        return {}
    rows = session.rows(
        "SELECT p.id, i.value FROM store_person p JOIN store_identity i ON i.workspace_id = p.workspace_id"
        " AND (i.person_id = p.id OR i.person_id = p.alias_of_id) WHERE p.workspace_id = %(ws)s::uuid AND p.id = any{people:uuid}"
        " AND i.kind = 'customer_id'"
        " UNION SELECT a.alias_of_id, i.value FROM store_person a JOIN store_identity i ON i.workspace_id = a.workspace_id"
        " AND i.person_id = a.id WHERE a.workspace_id = %(ws)s::uuid AND a.alias_of_id = any{people:uuid} AND i.kind = 'customer_id'"
        " ORDER BY 1, 2 DESC",
        ws=workspace,
        people=list(people),
    )
    return dict(rows)


def codes_of_rewards(session: Session, workspace: str, rewards: Sequence[str]) -> dict[str, str]:
    """The code of the voucher of each of these rewards that has one."""
    rows = session.rows(
        "SELECT v.reward_id, v.code FROM store_voucher v WHERE v.workspace_id = %(ws)s::uuid AND v.reward_id = any{rewards:uuid}",
        ws=workspace,
        rewards=list(rewards),
    )
    return dict(rows)


def contact_of(session: Session, workspace: str) -> str:
    """Where mails about the installation go; empty where nobody said."""
    rows = session.rows("SELECT contact_email FROM store_workspace WHERE id = %(ws)s::uuid", ws=workspace)
    return str(rows[0][0]) if rows else ""
