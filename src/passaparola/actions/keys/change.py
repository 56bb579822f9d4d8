"""Create and revoke API keys. The secret is in the result of `create_key` and nowhere else."""

from dataclasses import dataclass

import orjson

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.keys.scopes import browser_scopes, checked_scopes
from passaparola.actions.keys.secret import new_secret
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.tongue import gettext_noop
from passaparola.store.ids import new_id
from passaparola.store.read.keys import KeyRow, key_by_id
from passaparola.store.session import writing
from passaparola.store.write.plan import Plan, write

USED_AT_MOST_EVERY: Instant = 60 * SECOND
_INSERT = (
    "INSERT INTO store_apikey (id, workspace_id, name, prefix, hash, publishable, scopes, origins, created_at) VALUES"
    " (%(id)s::uuid, %(ws)s::uuid, %(name)s, %(prefix)s, %(hash)s, %(publishable)s, %(scopes)s, %(origins)s, %(now)s)"
)
_REVOKE = (
    "UPDATE store_apikey SET revoked_at = %(now)s WHERE id = %(id)s::uuid AND workspace_id = %(ws)s::uuid"
    " AND revoked_at IS NULL"
)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made. `text` is the whole key: show it once, store it never."""

    row: KeyRow
    text: str


def create_key(
    name: str,
    *,
    scopes: tuple[str, ...] | list[str] = (),
    publishable: bool = False,
    origins: tuple[str, ...] | list[str] = (),
    asked: Asked,
) -> Performed[NewKey]:
    """Make a key. A publishable one may have those for browsers; `origins` are the web addresses it may be used from, all when empty.

    Raises UnknownScope.
    """
    given = browser_scopes(scopes) if publishable else checked_scopes(scopes)
    return perform(asked, lambda desk: _create(desk, name, given, publishable, tuple(origins)))


def _create(desk: Desk, name: str, scopes: tuple[str, ...], publishable: bool, origins: tuple[str, ...]) -> NewKey:
    secret, key = new_secret(publishable=publishable), new_id()
    desk.act("apikey.create", key, name=name, prefix=secret.prefix, scopes=scopes, origins=origins)
    values = {
        "id": key,
        "ws": desk.workspace.id,
        "name": name,
        "prefix": secret.prefix,
        "hash": secret.hash,
        "publishable": publishable,
        "scopes": orjson.dumps(scopes).decode(),
        "origins": orjson.dumps(origins).decode(),
        "now": desk.now,
    }
    desk.plan.guarded.append((_INSERT, values))
    row = KeyRow(
        key, desk.workspace.id, name, secret.prefix, secret.hash, publishable, scopes, origins, desk.now, None, None
    )
    return NewKey(row, secret.text)


def revoke_key(key: str, *, asked: Asked) -> Performed[KeyRow]:
    """End a key. Processes that know it stop taking it within five seconds. Refused when it is revoked already. Raises NotFound."""
    return perform(asked, lambda desk: _revoke(desk, key))


def _revoke(desk: Desk, key: str) -> KeyRow:
    row = key_by_id(desk.session, desk.workspace.id, key)
    if row is None:
        raise NotFound(f"there is no API key {key}")
    if row.revoked_at is not None:
        raise Refusal("already_revoked", gettext_noop("This key was revoked before."))
    desk.act("apikey.revoke", key, prefix=row.prefix)
    desk.plan.guarded.append((_REVOKE, {"now": desk.now, "id": key, "ws": desk.workspace.id}))
    return KeyRow(
        row.id, row.workspace, row.name, row.prefix, row.hash, row.publishable, row.scopes, row.origins, row.created_at,
        row.last_used_at, desk.now,
    )  # fmt: skip


def note_use(key: str, *, now: Instant) -> None:
    """Remember when a key was last used, to the minute."""
    with writing() as session:
        session.run(
            "UPDATE store_apikey SET last_used_at = %(now)s WHERE id = %(id)s::uuid"
            " AND (last_used_at IS NULL OR last_used_at <= %(before)s)",
            id=key,
            now=now,
            before=now - USED_AT_MOST_EVERY,
        )


def report_leak(key: KeyRow, origin: str, *, now: Instant) -> None:
    """Tell the operator that a secret key was used from a web page: everybody who opened that page has it."""
    with writing() as session:
        plan = Plan(key.workspace, at=now)
        detail = orjson.dumps({"key": key.id, "prefix": key.prefix, "origin": origin[:255]}).decode()
        plan.findings[("secret_key_in_browser", key.id)] = (detail, now)
        write(session, plan)
