"""What was answered under an idempotency key."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.session import Session

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
    at: Instant = 0  # when it was given


def stored_answers(session: Session, workspace: str, keys: Sequence[Keyed]) -> dict[Scope, StoredAnswer]:
    """The answers given before under these keys, whatever their input was then."""
    rows = session.rows(
        "SELECT principal, route, key, fingerprint, status, content_type, body, events, created_at FROM store_idempotencykey"
        " WHERE workspace_id = %(ws)s::uuid AND principal = any{principals:text} AND key = any{keys:text}",
        ws=workspace,
        principals=sorted({k.principal for k in keys}),
        keys=sorted({k.key for k in keys}),
    )
    return {
        (p, route, key): StoredAnswer(f, status, kind, body, orjson.loads(kept) if kept else None, at)
        for p, route, key, f, status, kind, body, kept, at in rows
    }
