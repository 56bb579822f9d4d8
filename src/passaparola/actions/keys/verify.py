"""Find out whose key was sent."""

from passaparola.actions.keys.secret import same, split
from passaparola.store.read.keys import KeyRow, key_by_prefix
from passaparola.store.session import reading

_NO_HASH = "0" * 64


def verify_key(text: str) -> KeyRow | None:
    """The key that was sent, unless it is unknown, wrong or revoked."""
    parts = split(text)
    if parts is None:
        return None
    prefix, hash_sent = parts
    with reading() as session:
        row = key_by_prefix(session, prefix)
    right = same(hash_sent, row.hash if row else _NO_HASH)
    return row if row is not None and right and row.revoked_at is None else None
