"""The Idempotency-Key of a request: read, checked, and bound to what was asked."""

import hashlib
from urllib.parse import parse_qsl, urlencode

from passaparola.inbound.api.problems import Problem
from passaparola.store.read.idempotency import Keyed

REPLAYED = "Idempotent-Replayed"


def read_keyed(
    text: str | None, *, principal: str, route: str, request: tuple[str, str, str, bytes], required: bool = False
) -> Keyed | None:
    """The key, scoped to who asks and what; `request` is method, path, query and body. Raises Problem: 400 when it is missing or unfit."""
    if text is None:
        if required:
            raise Problem(
                "idempotency_key_required", "Send an Idempotency-Key header, so that a retry cannot act twice."
            )
        return None
    if not 1 <= len(text) <= 255 or not (text.isascii() and text.isprintable()):
        raise Problem("bad_idempotency_key", "An Idempotency-Key has 1 to 255 printable ASCII characters.")
    return Keyed(principal, route, text, fingerprint(*request))


def fingerprint(method: str, path: str, query: str, body: bytes) -> str:
    """SHA-256 over method, path, the query in a fixed order, and the body as it was sent."""
    canonical = urlencode(sorted(parse_qsl(query, keep_blank_values=True))) if query else ""
    digest = hashlib.sha256(f"{method}\n{path}\n{canonical}\n".encode())
    digest.update(body)
    return digest.hexdigest()
