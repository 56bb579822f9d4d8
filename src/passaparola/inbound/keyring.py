"""The installation's keys, from its secret key."""

from functools import lru_cache

from django.conf import settings

from passaparola.domain.keyring import Keyring, keyring


def the_keyring() -> Keyring:
    """The keys of this installation."""
    return _of(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _of(secret: str) -> Keyring:
    return keyring(secret)
