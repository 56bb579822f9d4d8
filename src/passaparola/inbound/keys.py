"""API keys as the command line shows them, and makes and ends them."""

from collections.abc import Sequence
from typing import Any

from passaparola.actions.acting import Asked, NotFound, done
from passaparola.actions.keys.change import create_key, revoke_key
from passaparola.domain.instant import Instant, iso
from passaparola.domain.origins import origins_of
from passaparola.store.read.keys import KeyRow, key_by_prefix
from passaparola.store.read.snapshot import reading


def key_row(row: KeyRow) -> dict[str, Any]:
    """A key without its secret."""
    return {
        "id": f"key_{row.id}",
        "name": row.name,
        "prefix": row.prefix,
        "publishable": row.publishable,
        "scopes": list(row.scopes),
        "origins": list(row.origins),
        "created_at": iso(row.created_at),
        "last_used_at": _iso(row.last_used_at),
        "revoked_at": _iso(row.revoked_at),
    }


def _iso(at: Instant | None) -> str | None:
    return None if at is None else iso(at)


def make_key(
    asked: Asked, *, name: str, scopes: Sequence[str], publishable: bool, origins: Sequence[str]
) -> dict[str, Any]:
    """A new key, with its text. Raises UnknownScope, UnableToReadOrigin."""
    made = done(
        create_key(name, scopes=list(scopes), publishable=publishable, origins=origins_of(origins), asked=asked)
    )
    return {**key_row(made.row), "key": made.text}


def end_key(asked: Asked, key: str) -> dict[str, Any]:
    """Revoke the key of this id (`key_…`) or prefix. Raises NotFound, Refusal."""
    return key_row(done(revoke_key(_key_id(asked.workspace, key), asked=asked)))


def _key_id(workspace: str, name: str) -> str:
    if name.startswith("key_") and len(name) == 36:
        return name[4:]
    with reading() as session:
        row = key_by_prefix(session, name)
    if row is None or row.workspace != workspace:
        raise NotFound(f"There is no API key {name!r}. `passaparola apikey list` shows them")
    return row.id
