"""Whose key came with a request. Known keys are remembered for seconds: the hot path asks no database, and a revoked key dies soon."""

import hashlib
import re
import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from passaparola.actions.keys.change import USED_AT_MOST_EVERY, note_use, report_leak
from passaparola.actions.keys.scopes import allows
from passaparola.actions.keys.verify import verify_key
from passaparola.inbound.api.problems import Problem
from passaparola.inbound.request_context import concerns
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.store.read.keys import KeyRow

FRESH = 2.0  # seconds in which a key is taken as it was
OLDEST = 4.0  # seconds after which nobody is admitted on an old answer
KEPT = 10_000
KEY_IN_ADDRESS = re.compile(r"pp_(live|pub)_")
KEY_IN_ADDRESS_WORDS = "Send the key as `Authorization: Bearer …` and make a new one: addresses are logged."


@dataclass(slots=True)
class _Known:
    row: KeyRow | None
    checked: float
    used: int


_known: dict[bytes, _Known] = {}
_checking = threading.Lock()


def forget_keys() -> None:
    """Ask the database again for every key."""
    _known.clear()


def principal(authorization: str | None, query: str = "", origin: str | None = None) -> KeyRow:
    """The key of a request. Raises Problem: 401 without a right one, 400 when it came in the address, 403 from a browser that may not."""
    if query and KEY_IN_ADDRESS.search(query):
        raise Problem("key_in_address", KEY_IN_ADDRESS_WORDS)
    scheme, _, text = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise _unauthenticated("Send `Authorization: Bearer <API key>`.")
    row = _row(text.strip())
    if row is None:
        raise _unauthenticated("This API key is unknown or revoked.")
    concerns(row.workspace)
    if origin is not None:
        _check_origin(row, origin)
    return row


def demand(row: KeyRow, scope: str) -> None:
    """Raises Problem 403 when the key lacks the scope."""
    if row.publishable and scope not in row.scopes:
        raise Problem(
            "publishable_key",
            "Publishable keys may only send visits, shares and sign-ups to POST /api/v1/events, and read offers with offers:read.",
        )
    if not allows(row.scopes, scope):
        raise Problem("scope_missing", f"This API key lacks the scope {scope}.", extra={"scope": scope})


def _unauthenticated(detail: str) -> Problem:
    return Problem("unauthenticated", detail, headers={"WWW-Authenticate": 'Bearer realm="passaparola"'})


def _row(text: str) -> KeyRow | None:
    if len(text) > 200:
        return None
    token = hashlib.sha256(text.encode("utf-8", "replace")).digest()
    known, at = _known.get(token), time.monotonic()
    if known is not None:
        age = at - known.checked
        if age < FRESH:
            return known.row
        if age < OLDEST and not _checking.acquire(blocking=False):
            return known.row  # somebody is asking already
        if age < OLDEST:
            try:
                return _check(token, text, known)
            finally:
                _checking.release()
    return _check(token, text, known)


def _check(token: bytes, text: str, known: _Known | None) -> KeyRow | None:
    asked = time.monotonic()
    try:
        row = verify_key(text)
    finally:
        if connection.vendor != "sqlite":
            connection.close()  # a thread of the hot path keeps no connection
    if len(_known) >= KEPT:
        _known.clear()
    used = known.used if known else (row.last_used_at or 0 if row else 0)
    if row is not None and (at := now()) - used >= USED_AT_MOST_EVERY:
        key, used = row.id, at
        the_writer().post(lambda: note_use(key, now=at))
    _known[token] = _Known(row, asked, used)
    return row


def _check_origin(row: KeyRow, origin: str) -> None:
    """Browsers say where a request comes from. A secret key never belongs there, a publishable one to the pages it names."""
    if origin in (settings.PUBLIC_URL, settings.STAFF_URL):
        return  # our own reference page
    if not row.publishable:
        the_writer().post(lambda: report_leak(row, origin, now=now()))
        raise Problem(
            "secret_key_in_browser", "Whoever opens that page can read this key: revoke it and use a publishable one."
        )
    if row.origins and origin not in row.origins:
        raise Problem("origin_not_allowed", f"This key may be used from {', '.join(row.origins)}.")
