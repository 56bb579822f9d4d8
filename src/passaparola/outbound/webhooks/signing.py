"""Signatures by Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`, one for each secret that holds."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SHORTEST, LONGEST, USUAL = 24, 64, 32  # bytes


class UnableToSign(ValueError):
    """The secret is missing or too short: an empty key would verify for anybody."""


def new_secret() -> str:
    """A random secret of 32 bytes, as it is shown to its owner once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(USUAL)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret. Raises UnableToSign."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as problem:
        raise UnableToSign("not base64") from problem
    if not secret.startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise UnableToSign("a secret is whsec_ and 24 to 64 bytes in base64")
    return key


def headers(message: str, timestamp: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """The headers of one attempt. `timestamp`: seconds since 1970. Raises UnableToSign."""
    if not keys or any(len(key) < SHORTEST for key in keys):
        raise UnableToSign("no secret")
    signed = f"{message}.{timestamp}.".encode() + body
    signatures = [base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode() for key in keys]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }
