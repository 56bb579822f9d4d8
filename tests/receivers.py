"""Receivers of webhooks on this machine, well-behaved and not, and a proxy that spoils connections."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behave = Callable[[socket.socket, bytes], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Receiver:
    """A server on loopback. `got` has every request as it came: its headers in small letters, and its body."""

    port: int
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


def answers(reply: bytes = OK) -> Behave:
    return lambda line, _: line.sendall(reply)


def status(code: int, *lines: str) -> Behave:
    more = "".join(f"{line}\r\n" for line in lines)
    return answers(f"HTTP/1.1 {code} X\r\nContent-Length: 0\r\n{more}\r\n".encode())


@contextmanager
def receiver(behave: Behave | None = None) -> Iterator[Receiver]:
    """A receiver for as long as the block runs. It reads a whole request, then does as `behave` says."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Receiver(listener.getsockname()[1])
    act = behave or answers()

    def serve(line: socket.socket) -> None:
        with line, suppress(OSError):
            request = _whole(line)
            if request:
                made.got.append(request)
                act(line, request[1])

    def listen() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            made.connections += 1
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield made
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _whole(line: socket.socket) -> tuple[dict[str, str], bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = line.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (text.partition(":") for text in head.decode().split("\r\n")[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        part = line.recv(65536)
        if not part:
            return None
        body += part
    return headers, body


def reset(line: socket.socket) -> None:
    """End a connection with RST."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _reply_of(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as up:
        up.sendall(request)
        reply = b""
        while part := up.recv(65536):
            reply += part
        return reply


def _spoil(line: socket.socket, port: int, fault: str) -> None:
    if fault == "reset_before":
        return reset(line)
    request = _whole(line)
    if request is None:
        return None
    head = "POST /hooks HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in request[0].items()) + "\r\n"
    reply = _reply_of(port, head.encode() + request[1])
    if fault == "twice":
        _reply_of(port, head.encode() + request[1])
    if fault == "delay":
        time.sleep(0.3)
    if fault == "reset_after":
        return reset(line)
    said = {"half_close": reply[:12], "lost_reply": b""}.get(fault, reply)
    line.sendall(said)
    return line.close()


@contextmanager
def proxy(port: int, faults: Iterator[str]) -> Iterator[int]:
    """A TCP proxy in front of a receiver. Each connection suffers the next fault: none, delay, twice, reset_before; and, when the request
    went through already, reset_after, lost_reply, half_close."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(line: socket.socket, fault: str) -> None:
        with suppress(OSError):
            _spoil(line, port, fault)

    def listen() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line, next(faults, "none")), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
