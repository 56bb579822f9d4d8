"""API keys as stored: never the secret, only its hash."""

from dataclasses import dataclass

import orjson

from passaparola.domain.instant import Instant
from passaparola.store.session import Session

COLUMNS = "id, workspace_id, name, prefix, hash, publishable, scopes, origins, created_at, last_used_at, revoked_at"


@dataclass(frozen=True, slots=True)
class KeyRow:
    id: str
    workspace: str
    name: str
    prefix: str
    hash: str
    publishable: bool
    scopes: tuple[str, ...]
    origins: tuple[str, ...]
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


def key_by_prefix(session: Session, prefix: str) -> KeyRow | None:
    """The key of this prefix, in whichever workspace: a key arrives without one."""
    rows = session.rows(f"SELECT {COLUMNS} FROM store_apikey WHERE prefix = %(prefix)s", prefix=prefix)
    return _key(rows[0]) if rows else None


def key_by_id(session: Session, workspace: str, key: str) -> KeyRow | None:
    rows = session.rows(
        f"SELECT {COLUMNS} FROM store_apikey WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=key,
    )
    return _key(rows[0]) if rows else None


def keys_before(session: Session, workspace: str, before: str | None, limit: int) -> list[KeyRow]:
    """The newest keys first, those made before the one named."""
    earlier = " AND id < %(before)s::uuid" if before else ""
    rows = session.rows(
        f"SELECT {COLUMNS} FROM store_apikey WHERE workspace_id = %(ws)s::uuid{earlier} ORDER BY id DESC LIMIT %(limit)s",
        ws=workspace,
        before=before,
        limit=limit,
    )
    return [_key(row) for row in rows]


def _key(row: tuple[object, ...]) -> KeyRow:
    values = list(row)
    values[5] = bool(values[5])
    values[6], values[7] = (tuple(orjson.loads(str(values[i]))) for i in (6, 7))
    return KeyRow(*values)  # type: ignore[arg-type]
