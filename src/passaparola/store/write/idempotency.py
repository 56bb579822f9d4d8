"""Idempotency keys: kept in the transaction of their effect. A copy of the answer is kept only where it cannot be rebuilt."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.session import Session
from passaparola.store.write.plan import Plan

Scope = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Keyed:
    """Who asked what under which key. `fingerprint` is SHA-256 over method, path, query and body."""

    principal: str
    route: str
    key: str
    fingerprint: str

    @property
    def scope(self) -> Scope:
        return (self.principal, self.route, self.key)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    fingerprint: str
    status: int
    content_type: str
    body: str | None
    events: list[list[str]] | None


def stored_answers(session: Session, workspace: str, keys: Sequence[Keyed]) -> dict[Scope, StoredAnswer]:
    """The answers given before under these keys, whatever their input was then."""
    rows = session.rows(
        "SELECT principal, route, key, fingerprint, status, content_type, body, events FROM store_idempotencykey"
        " WHERE workspace_id = %(ws)s::uuid AND principal = any{principals:text} AND key = any{keys:text}",
        ws=workspace,
        principals=sorted({k.principal for k in keys}),
        keys=sorted({k.key for k in keys}),
    )
    return {
        (p, route, key): StoredAnswer(f, status, kind, body, _events(kept))
        for p, route, key, f, status, kind, body, kept in rows
    }


def _events(kept: str | None) -> list[list[str]] | None:
    return orjson.loads(kept) if kept else None


def keep_events(plan: Plan, keyed: Keyed, kept: Sequence[Sequence[str]], now: Instant) -> StoredAnswer:
    """Keep a key whose answer is rebuilt from the outcomes of its events: (event, external id, outcome) each."""
    outcomes = [list(k) for k in kept]
    _add(plan, keyed, 200, "application/json", None, orjson.dumps(outcomes).decode(), now)
    return StoredAnswer(keyed.fingerprint, 200, "application/json", None, outcomes)


def keep_answer(
    plan: Plan, keyed: Keyed, status: int, body: str, now: Instant, content_type: str = "application/json"
) -> None:
    """Keep a key with the answer itself."""
    _add(plan, keyed, status, content_type, body, None, now)


def _add(
    plan: Plan, keyed: Keyed, status: int, content_type: str, body: str | None, events: str | None, now: Instant
) -> None:
    plan.add(
        "idempotencykey", new_id(), plan.workspace, keyed.principal, keyed.route, keyed.key, keyed.fingerprint, status, content_type,
        body, events, now,
    )  # fmt: skip
