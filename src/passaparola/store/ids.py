"""Ids, codes and secrets: the only randomness."""

import hashlib
import secrets

import uuid_utils

from passaparola.domain.sharing.placements import SPEAKABLE

_SLUG = "abcdefghijkmnpqrstuvwxyz23456789"


def new_id() -> str:
    """A UUIDv7 as 32 hex digits: sorts by the time it was made."""
    return uuid_utils.uuid7().hex


def made_at(key: str) -> int:
    """When an id was made, to the millisecond, in microseconds since 1970."""
    return int(key[:12], 16) * 1000


def new_code(length: int = 8) -> str:
    """A speakable code: 31^8 possible ones, 8.5e11."""
    return _drawn(SPEAKABLE, length)


def new_voucher_code() -> str:
    return new_code(14)


def new_slug(length: int = 10) -> str:
    return _drawn(_SLUG, length)


def _drawn(alphabet: str, length: int) -> str:
    """Characters by chance from one draw of 64 bits more than they need, so that none is likelier by more than 2^-64."""
    number, size, found = secrets.randbits(64 + 5 * length), len(alphabet), []
    for _ in range(length):
        number, place = divmod(number, size)
        found.append(alphabet[place])
    return "".join(found)


def account_id(workspace: str, kind: str, program: str, person: str, unit: str) -> str:
    """The account's id follows from what it is, so it needs no look-up and nobody can make it twice."""
    text = f"{workspace}|{kind}|{program}|{person}|{unit}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def first_id_at(instant: int) -> str:
    """The smallest id that can have been made at this moment (microseconds) or later: a UUIDv7 begins with its milliseconds."""
    return f"{max(0, instant // 1000):012x}{'0' * 20}"
