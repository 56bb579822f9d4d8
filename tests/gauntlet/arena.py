"""A running server to attack: started as an operator does, killed as a power cut would, called with raw sockets."""

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import Database
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
Asked = tuple[str, str, Any, dict[str, str]]  # method, path, body, headers


@dataclass(frozen=True)
class Said:
    """An answer. Status 0: the connection broke before one came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        return str(self.json["type"]).rpartition(":")[2] if self.status >= 400 else ""


class Arena:
    """One server process on a database. With a `fault` it is our own faulty build of it."""

    def __init__(self, database: Database, *, workers: int = 1, fault: str = "") -> None:
        self.database, self.port = database, free_port()
        begin = (
            [sys.executable, "-m", "tests.gauntlet.faulty", fault]
            if fault
            else [str(Path(sys.executable).parent / "passaparola")]
        )
        self.command = [*begin, "up", "--port", str(self.port), "--workers", str(workers)]
        self.process: subprocess.Popen[bytes] | None = None
        self.log = database.data / "server.log"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.database.env, cwd=ROOT, start_new_session=True, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"the server ended: {self.log.read_text()[-2000:]}"
            if self.call("GET", "/readyz", None, {}).status == 200:
                return
            time.sleep(0.05)
        raise TimeoutError(f"the server did not begin to answer: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL all its processes at one moment."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def call(self, method: str, path: str, body: Any, headers: dict[str, str], seconds: float = 30) -> Said:
        """One request on a connection of its own. No answer for so many seconds is a broken connection."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as line:
                line.sendall(_request((method, path, body, headers)))
                return _answer(b"".join(iter(lambda: line.recv(65536), b"")))
        except OSError:
            return Said(0, {}, b"")

    def volley(self, requests: Sequence[Asked]) -> list[Said]:
        """All requests at one moment: each is sent but for its last byte, then all last bytes together. Their answers, in order."""
        lines = []
        for request in requests:
            line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw = _request(request)
            line.sendall(raw[:-1])
            lines.append((line, raw[-1:]))
        time.sleep(0.01)
        for line, last in lines:
            line.send(last)
        return [_answer(raw) for raw in _read_all([line for line, _ in lines])]


@contextlib.contextmanager
def opened(database: Database, *, workers: int = 1, fault: str = "") -> Iterator[Arena]:
    arena = Arena(database, workers=workers, fault=fault)
    try:
        arena.start()
        yield arena
    finally:
        if arena.process is not None:
            arena.kill()


def _request(asked: Asked) -> bytes:
    method, path, body, headers = asked
    raw = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"Content-Length: {len(raw)}"]
    lines += ["Content-Type: application/json"] if raw else []
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


def _answer(raw: bytes) -> Said:
    head, _, body = raw.partition(b"\r\n\r\n")
    if not head:
        return Said(0, {}, b"")
    status, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(headers.get("content-length", len(body)))
    return Said(int(status.split()[1]), headers, body) if len(body) >= length else Said(0, {}, b"")


def _read_all(lines: Sequence[socket.socket]) -> list[bytes]:
    """Everything that each connection says until it is closed."""
    found = dict.fromkeys(lines, b"")
    deadline = time.monotonic() + 60
    with selectors.DefaultSelector() as selector:
        for line in lines:
            line.setblocking(False)
            selector.register(line, selectors.EVENT_READ)
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(timeout=1):
                ready: Any = key.fileobj
                part = ready.recv(65536)
                found[ready] += part
                if not part:
                    selector.unregister(ready)
                    ready.close()
    return list(found.values())
