"""One call of one endpoint: over a connection that we open ourselves, to an address that we have looked at, within limits.

Nothing is taken from the environment, no redirect is followed, nothing is unpacked. What came of it is told in a fixed vocabulary: an
answer in other words would tell whoever chose the address what lies inside our network.
"""

import io
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from http.client import HTTPException, HTTPResponse, LineTooLong
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from passaparola.domain.values import value
from passaparola.outbound.webhooks.addresses import Networks, Resolve, address_of, admitted, resolve, why_refused
from passaparola.outbound.webhooks.destination import BadDestination, Destination, read_destination
from passaparola.outbound.webhooks.looking_up import in_time
from passaparola.outbound.webhooks.signing import UnableToSign, headers

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_READ = 64 << 10
MOST_HEAD = 32 << 10
MOST_SHOWN = 500
AGENT = "passaparola (webhooks)"


class Problem(StrEnum):
    """Why an attempt failed: everything that is ever said about it."""

    REFUSED_ADDRESS = "address_refused"  # private, this machine's own, or not to be called with this scheme or port
    UNRESOLVED = "host_not_found"
    UNREACHABLE = "no_connection"
    TLS = "tls_failed"
    TIMEOUT = "timeout"
    BROKEN = "connection_broken"  # it was cut before a whole answer came
    NO_HTTP = "not_http"
    TOO_MUCH = "answer_too_large"  # its headers
    STATUS = "status"  # an answer that is not 2xx
    REDIRECT = "redirect"
    GONE = "gone"
    UNSIGNED = "secret_unreadable"


@value(frozen=True, slots=True)
class Call:
    """What is sent. `keys` are the secrets that hold, the newest first; `timestamp` in seconds."""

    url: str
    message: str
    body: bytes
    keys: tuple[bytes, ...]
    timestamp: int


@value(frozen=True, slots=True)
class Answer:
    """What came of a call. `problem` None: it was taken. `retry_after` in seconds, where the receiver said it."""

    milliseconds: int
    status: int | None = None
    problem: Problem | None = None
    text: str = ""
    retry_after: int | None = None


class _TooMuch(OSError):
    """More came than we read."""


class _Failed(Exception):
    def __init__(self, problem: Problem):
        super().__init__(problem)
        self.problem = problem


def call(asked: Call, *, networks: Networks = (), resolver: Resolve = resolve, total: float = TOTAL_SECONDS) -> Answer:
    """Send it once, within `total` seconds, the look-up of the name included. Never raises for what the other side does."""
    begun = time.monotonic()
    deadline = begun + total
    try:
        destination = read_destination(asked.url, networks)
        addresses = vetted(destination, networks, in_time(resolver, deadline))
        status, text, later = _exchange(asked, destination, addresses, deadline)
    except _Failed as failed:
        return Answer(_since(begun), problem=failed.problem)
    except BadDestination:
        return Answer(_since(begun), problem=Problem.REFUSED_ADDRESS)
    except UnableToSign:
        return Answer(_since(begun), problem=Problem.UNSIGNED)
    return Answer(_since(begun), status, _judged(status), text, later)


def _judged(status: int) -> Problem | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Problem.REDIRECT
    return Problem.GONE if status == 410 else Problem.STATUS


def _since(begun: float) -> int:
    return int((time.monotonic() - begun) * 1000)


def vetted(destination: Destination, networks: Networks, resolver: Resolve) -> list[str]:
    """The addresses of the host. One that is refused refuses them all: whoever mixes them tries to get inside."""
    try:
        found = list(resolver(destination.host, destination.port))
    except TimeoutError as problem:
        raise _Failed(Problem.TIMEOUT) from problem
    except (OSError, UnicodeError) as problem:
        raise _Failed(Problem.UNRESOLVED) from problem
    if not found:
        raise _Failed(Problem.UNRESOLVED)
    for text in found:
        address = address_of(text)
        inside = address is not None and admitted(address, networks)
        if address is None or (destination.scheme == "http" and not inside) or (not inside and why_refused(address)):
            raise _Failed(Problem.REFUSED_ADDRESS)
    return found


def _exchange(
    asked: Call, destination: Destination, addresses: Sequence[str], deadline: float
) -> tuple[int, str, int | None]:
    said = headers(asked.message, asked.timestamp, asked.body, asked.keys)
    line = _opened(addresses, destination.port, deadline)
    guard = line.dup()  # TLS takes the socket over; the connection can be cut through this one whatever it does
    cut = threading.Timer(max(0.01, deadline - time.monotonic()), _cut, [guard])
    cut.daemon = True
    cut.start()
    connection = _connection(destination, line)
    try:
        connection.request(
            "POST", destination.target, body=asked.body, headers=_head(destination, said), preload_content=False
        )
        response = connection.getresponse()
        text = response.read(MOST_READ, decode_content=False) if response.status != 204 else b""
        return response.status, _shown(text), _retry_after(response.headers.get("Retry-After"))
    except (OSError, HTTPError, HTTPException, ValueError) as problem:
        raise _Failed(_named(problem, time.monotonic() >= deadline)) from problem
    finally:
        cut.cancel()
        connection.close()
        line.close()
        guard.close()


def _head(destination: Destination, said: dict[str, str]) -> dict[str, str]:
    return {
        "Host": destination.authority,
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Accept-Encoding": "identity",
        "Connection": "close",
        **said,
    }


def _cut(guard: socket.socket) -> None:
    with suppress(OSError):
        guard.shutdown(socket.SHUT_RDWR)


def _opened(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first of these addresses that takes it."""
    until = min(deadline, time.monotonic() + CONNECT_SECONDS)
    problem = Problem.TIMEOUT
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
            break
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(left)
            line.connect((address, port))
        except TimeoutError:
            line.close()
            problem = Problem.TIMEOUT
        except OSError:
            line.close()
            problem = Problem.UNREACHABLE
        else:
            line.settimeout(max(0.01, deadline - time.monotonic()))
            return line
    raise _Failed(problem)


def _connection(destination: Destination, line: socket.socket) -> HTTPConnection:
    """urllib3's connection over our socket: TLS checks the name that was asked for, whatever address it has."""
    made: HTTPConnection
    if destination.scheme == "https":
        made = HTTPSConnection(destination.host, destination.port, ssl_context=_tls(), server_hostname=destination.host)
    else:
        made = HTTPConnection(destination.host, destination.port)
    made._new_conn = lambda: line  # type: ignore[method-assign]
    made.timeout = line.gettimeout()
    made.response_class = _Bounded
    return made


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """TLS 1.2 and up, the system's authorities, and the name is checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Counted(io.RawIOBase):
    """What comes from the socket, up to a limit."""

    def __init__(self, raw: Any, most: int):
        self._raw, self._left = raw, most
        self.ended = False  # the other side has nothing more to say

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise _TooMuch
        count = self._raw.readinto(memoryview(buffer)[: self._left]) or 0
        self._left -= count
        self.ended = count == 0
        return int(count)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Bounded(HTTPResponse):
    """An answer whose headers and body together are read up to a limit."""

    def __init__(self, sock: socket.socket, *arguments: Any, **named: Any):
        super().__init__(sock, *arguments, **named)
        self.fp.close()
        self._counted = _Counted(sock.makefile("rb", buffering=0), MOST_HEAD + MOST_READ)
        self.fp = io.BufferedReader(self._counted)

    def begin(self) -> None:
        """Read the head. One that breaks off is no answer, whatever its first line says."""
        super().begin()
        if self._counted.ended:
            raise ConnectionResetError


def _named(problem: Exception, late: bool) -> Problem:
    causes: list[BaseException | None] = [problem, problem.__cause__, problem.__context__, *problem.args[-1:]]
    if late or any(isinstance(cause, TimeoutError) for cause in causes):
        return Problem.TIMEOUT
    if any(isinstance(cause, _TooMuch | LineTooLong) for cause in causes):
        return Problem.TOO_MUCH
    if any(isinstance(cause, ssl.SSLError | ssl.CertificateError) for cause in causes):
        return Problem.TLS
    if isinstance(problem, OSError) or "IncompleteRead" in type(problem).__name__:
        return Problem.BROKEN
    return Problem.NO_HTTP


def _shown(text: bytes) -> str:
    """The beginning of an answer, printable and on one line."""
    plain = text[: 4 * MOST_SHOWN].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in plain)[:MOST_SHOWN].strip()


def _retry_after(text: str | None) -> int | None:
    """Seconds; a date is not read (the schedule is as good)."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
