"""An endpoint's secret at rest: AES-256-GCM under the installation's key, bound to the endpoint it belongs to."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from passaparola.domain.keyring import Keyring

_NONCE = 12


class UnableToOpen(ValueError):
    """The secret was sealed with another key, for another endpoint, or is damaged."""


def seal(keys: Keyring, endpoint: str, secret: str) -> str:
    """What is stored of a secret (`whsec_…`)."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + AESGCM(keys.secrets).encrypt(nonce, secret.encode(), endpoint.encode())).decode()


def open_secret(keys: Keyring, endpoint: str, sealed: str) -> str:
    """The secret. Raises UnableToOpen."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(keys.secrets).decrypt(raw[:_NONCE], raw[_NONCE:], endpoint.encode()).decode()
    except (ValueError, InvalidTag) as problem:
        raise UnableToOpen("the secret of this endpoint cannot be read with this installation's key") from problem
