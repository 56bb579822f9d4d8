"""What an API key looks like and how it is checked: only the SHA-256 of its secret is kept.

`pp_live_<10 characters>_<52 characters>` is a secret key, `pp_pub_…` a publishable one. The part before the last underscore is the
prefix: it finds the key and may be shown. The secret has 32^52 = 2^260 possible values, so a fast hash is enough.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from passaparola.store.ids import new_slug

SECRET, PUBLISHABLE = "pp_live", "pp_pub"
_SHAPE = re.compile(r"(pp_(?:live|pub)_[a-z0-9]{10})_([a-z0-9]{52})")


@dataclass(frozen=True, slots=True)
class NewSecret:
    prefix: str
    text: str  # the whole key, shown once
    hash: str


def new_secret(*, publishable: bool) -> NewSecret:
    """A new key, with what is kept of it."""
    prefix = f"{PUBLISHABLE if publishable else SECRET}_{new_slug(10)}"
    secret = new_slug(52)
    return NewSecret(prefix, f"{prefix}_{secret}", hash_of(secret))


def hash_of(secret: str) -> str:
    """SHA-256 as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def split(text: str) -> tuple[str, str] | None:
    """Prefix and hash of a key as it was sent; None when it has not the shape of one."""
    found = _SHAPE.fullmatch(text)
    return (found[1], hash_of(found[2])) if found else None


def same(hash_sent: str, hash_kept: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(hash_sent, hash_kept)
