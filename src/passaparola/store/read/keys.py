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

    @classmethod
    def of(cls, row: tuple[object, ...]) -> "KeyRow":
        """From the columns, in their order."""
        values = list(row)
        values[5] = bool(values[5])
        values[6], values[7] = (tuple(orjson.loads(str(values[i]))) for i in (6, 7))
        return cls(*values)  # type: ignore[arg-type]


def key_by_prefix(session: Session, prefix: str) -> KeyRow | None:
    """The key of this prefix, in whichever workspace: a key arrives without one."""
    rows = session.rows(f"SELECT {COLUMNS} FROM store_apikey WHERE prefix = %(prefix)s", prefix=prefix)
    return KeyRow.of(rows[0]) if rows else None


def key_by_id(session: Session, workspace: str, key: str) -> KeyRow | None:
    rows = session.rows(
        f"SELECT {COLUMNS} FROM store_apikey WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid",
        ws=workspace,
        id=key,
    )
    return KeyRow.of(rows[0]) if rows else None
