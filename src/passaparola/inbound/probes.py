"""/livez, /readyz and /metrics: answered before Django, so that they need nothing but what they ask."""

import hmac
import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings

from passaparola.inbound.client_address import read_address
from passaparola.inbound.exposition import CONTENT_TYPE, exposed
from passaparola.inbound.readiness import readiness
from passaparola.inbound.requests import Application, Environ, StartResponse

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)
TEXT, JSON = "text/plain; charset=utf-8", "application/json"
_REASONS = {
    200: "200 OK",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    503: "503 Service Unavailable",
}


def livez(_: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The process answers. No database."""
    return _say(start_response, 200, b"ok\n", TEXT)


def readyz(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """200 when this process should be sent work, 503 otherwise; what is wrong, in words or as JSON."""
    found = readiness()
    status = 200 if found.ready else 503
    if JSON in environ.get("HTTP_ACCEPT", ""):
        document = {"ready": found.ready, "checks": found.checks}
        return _say(start_response, status, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n", JSON)
    words = "".join(f"{reason}\n" for reason in found.reasons) or "ok\n"
    return _say(start_response, status, words.encode(), TEXT)


def metrics(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """The numbers, for who has the token; without a token, for callers on this machine who came through no proxy."""
    if settings.METRICS_TOKEN:
        if not _has_token(environ):
            return _say(
                start_response, 401, b"Send the metrics token.\n", TEXT, ("WWW-Authenticate", 'Bearer realm="metrics"')
            )
    elif not _is_here(environ):
        return _say(start_response, 404, b"Not found.\n", TEXT)
    return _say(start_response, 200, exposed(), CONTENT_TYPE)


def _has_token(environ: Environ) -> bool:
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), settings.METRICS_TOKEN.encode())
    return same and scheme.lower() == "bearer"


def _is_here(environ: Environ) -> bool:
    """The connection comes from this machine, asks for this machine, and nobody passed it on."""
    peer = read_address(environ.get("REMOTE_ADDR"))
    if peer is None or not peer.is_loopback or any(name in environ for name in FORWARDED):
        return False
    try:
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _say(start_response: StartResponse, status: int, body: bytes, kind: str, *more: tuple[str, str]) -> list[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response(_REASONS[status], [*headers, ("X-Content-Type-Options", "nosniff"), *more])
    return [body]


def _safe(probe: Application) -> Application:
    """GET and HEAD only."""

    def answer(environ: Environ, start_response: StartResponse) -> Any:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _say(start_response, 405, b"GET or HEAD.\n", TEXT, ("Allow", "GET, HEAD"))
        return probe(environ, start_response)

    return answer


PROBES: dict[str, Application] = {"/livez": _safe(livez), "/readyz": _safe(readyz), "/metrics": _safe(metrics)}
