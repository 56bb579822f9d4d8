"""Who is signed in at the firm, as its own server says it: a JSON Web Token signed with HS256.

Each publishable key has a signing secret, made from the installation's secret and the key's id: nothing is stored, and with the key its
secret ends. Only HS256 is read, whatever the header says, and nothing in the header is looked up.
"""

import base64
import hashlib
import hmac
from typing import Any

import orjson

from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.identity import Identity, UnableToReadIdentity, canonical
from passaparola.domain.values import value

LONGEST_TOKEN = 2048
LONGEST_LIFE: Instant = DAY
CLOCKS_DIFFER: Instant = 300 * SECOND
IDENTITIES = (("sub", "customer_id"), ("email", "email"))


class UnableToReadUser(ValueError):
    """The token says nothing that we may believe; the message says why."""


@value(frozen=True, slots=True)
class SignedUser:
    """Somebody whom the firm knows: the strongest identity first. `name` may be empty."""

    identities: tuple[Identity, ...]
    name: str = ""


def signing_secret(keys: Keyring, key: str) -> str:
    """The secret (64 hex digits) with which the firm signs its users for the publishable key of this id."""
    return hmac.new(keys.secrets, f"user:{key}".encode(), hashlib.sha256).hexdigest()


def read_user(token: str, secret: str, *, now: Instant) -> SignedUser:
    """Whom the token names. It must end (`exp`) within a day. Raises UnableToReadUser."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise UnableToReadUser("is no signed token")
    signed, _, mac = token.rpartition(".")
    head, body = signed.split(".")
    right = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    if _object(head).get("alg") != "HS256" or not hmac.compare_digest(_bytes(mac), right):
        raise UnableToReadUser("is not signed with the secret of this key")
    said = _object(body)
    ends = said.get("exp")
    if isinstance(ends, bool) or not isinstance(ends, int) or not 0 <= ends < 1 << 40:
        raise UnableToReadUser("has no exp: the second at which it ends")
    if ends * SECOND <= now - CLOCKS_DIFFER:
        raise UnableToReadUser("is over: sign a new one with each page")
    if ends * SECOND > now + LONGEST_LIFE + CLOCKS_DIFFER:
        raise UnableToReadUser("is good for more than a day")
    return SignedUser(_identities(said), _name(said))


def _identities(said: dict[str, Any]) -> tuple[Identity, ...]:
    try:
        found = tuple(canonical(kind, said[claim]) for claim, kind in IDENTITIES if said.get(claim))
    except UnableToReadIdentity as problem:
        raise UnableToReadUser(f"names nobody: {problem}") from None
    if not found:
        raise UnableToReadUser("names nobody: it needs sub, your customer id, or email")
    return found


def _name(said: dict[str, Any]) -> str:
    name = said.get("name")
    return "".join(c for c in name if c.isprintable()).strip()[:60] if isinstance(name, str) else ""


def _object(text: str) -> dict[str, Any]:
    try:
        found = orjson.loads(_bytes(text))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise UnableToReadUser("is no signed token")
    return found


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise UnableToReadUser("is no signed token") from None
