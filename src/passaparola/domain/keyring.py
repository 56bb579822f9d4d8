"""Keys for different purposes, derived from the installation's secret: what is signed for one use is worth nothing in another."""

import hashlib
import hmac

from passaparola.domain.values import value


@value(frozen=True, slots=True)
class Keyring:
    """Key bytes by use: `visits` signs visits' tokens, `links` one-time links in mails, `addresses` hashes e-mail addresses, `secrets`
    encrypts what must be readable again."""

    visits: bytes
    links: bytes
    addresses: bytes
    secrets: bytes


def keyring(secret: str) -> Keyring:
    """The keys of an installation: HMAC-SHA256 of the use under its secret key."""
    return Keyring(*(_derived(secret, use) for use in ("visits", "links", "addresses", "secrets")))


def _derived(secret: str, use: str) -> bytes:
    return hmac.new(secret.encode(), f"passaparola:{use}".encode(), hashlib.sha256).digest()


def address_mac(keys: Keyring, address: str) -> str:
    """HMAC-SHA256 (hex) of an e-mail address in its canonical form (`domain.people.identity`): finds it again, and does not tell it."""
    return hmac.new(keys.addresses, address.encode(), hashlib.sha256).hexdigest()


def browser_hash(token: str) -> str:
    """What is kept of the random token that a browser holds: SHA-256 as hex."""
    return hashlib.sha256(token.encode()).hexdigest()
