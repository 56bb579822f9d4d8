"""Signed words that travel in addresses: they say what they mean, nobody can change them, and nothing must be looked up to trust them."""

import base64
import hashlib
import hmac
import struct

from passaparola.domain.instant import Instant
from passaparola.domain.values import value

_MAC = 16  # bytes of the HMAC-SHA256 that are kept: 2^128
VISIT_PREFIX = "v_"
_AND = "\0"  # between a code and a location: neither holds it


@value(frozen=True, slots=True)
class Clicked:
    """A visit through a link, as its token says it: our id of the visit, when it was, the code of the link, and the location of the firm
    that the link was for, where it named one."""

    visit: str
    at: Instant
    code: str
    location: str = ""


def visit_token(key: bytes, workspace: str, clicked: Clicked) -> str:
    """The token of a visit: `v_` and URL-safe characters. It carries the attribution without a cookie and without a look-up."""
    words = f"{clicked.code}{_AND}{clicked.location}" if clicked.location else clicked.code
    body = bytes.fromhex(clicked.visit) + struct.pack(">q", clicked.at) + words.encode()
    return VISIT_PREFIX + _text(body + _mac(key, workspace.encode() + body))


def read_visit_token(key: bytes, workspace: str, text: str) -> Clicked | None:
    """What a token says; None for anything that was not signed with this key for this workspace."""
    raw = _bytes(text.removeprefix(VISIT_PREFIX)) if text.startswith(VISIT_PREFIX) else None
    if raw is None or len(raw) <= 24 + _MAC:
        return None
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if not hmac.compare_digest(mac, _mac(key, workspace.encode() + body)):
        return None
    code, _, location = body[24:].decode().partition(_AND)
    return Clicked(body[:16].hex(), struct.unpack(">q", body[16:24])[0], code, location)


def link_token(key: bytes, purpose: str, identity: str) -> str:
    """The word in a link of a mail: our id of something (32 hex digits), signed for one purpose."""
    raw = bytes.fromhex(identity)
    return _text(raw + _mac(key, purpose.encode() + b":" + raw))


def read_link_token(key: bytes, purpose: str, text: str) -> str | None:
    """The id; None for anything that was not signed with this key for this purpose."""
    raw = _bytes(text)
    if raw is None or len(raw) != 16 + _MAC:
        return None
    identity, mac = raw[:16], raw[16:]
    return identity.hex() if hmac.compare_digest(mac, _mac(key, purpose.encode() + b":" + identity)) else None


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)[:_MAC]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes | None:
    """The bytes of a word of ours: exactly the one that `_text` makes of them."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    return raw if _text(raw) == text else None
