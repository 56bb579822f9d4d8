"""Web origins (scheme, host, port) as browsers name them, so that they can be compared as texts and written into a policy."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

USUAL_PORTS = {"http": 80, "https": 443}
MOST = 32  # that one key names
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")


class UnableToReadOrigin(ValueError):
    """The text is no origin; the message says so."""


def origin_of(text: str) -> str:
    """The origin in small letters, its host in ASCII, without a port that goes without saying. Raises UnableToReadOrigin."""
    try:
        parts = urlsplit(text)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError:
        raise _wrong(text) from None
    host = f"[{host}]" if ":" in host else host
    rest = parts.path or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in USUAL_PORTS or rest or port == 0 or not _HOST.fullmatch(host):
        raise _wrong(text)
    return f"{parts.scheme}://{host}" + ("" if port in (None, USUAL_PORTS[parts.scheme]) else f":{port}")


def origins_of(texts: Iterable[str]) -> list[str]:
    """Several, each once. Raises UnableToReadOrigin, also for more than a key may name."""
    found = list(dict.fromkeys(map(origin_of, texts)))
    if len(found) > MOST:
        raise UnableToReadOrigin(f"{len(found)} are too many: name at most {MOST}")
    return found


def _wrong(text: str) -> UnableToReadOrigin:
    return UnableToReadOrigin(f"{text[:80]!r} must be a scheme and a host, such as https://shop.example.com")
