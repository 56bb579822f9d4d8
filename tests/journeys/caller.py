"""A shop that calls the API: requests go through the whole WSGI application, as the server would hand them in."""

import contextlib
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.keys.change import create_key
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.instant import SECOND, Instant
from tests.databases import Database
from tests.journeys.conformance import wrong
from tests.ports import free_port

PROGRAM = """
program: {slug}
name: Give 5, get 5
currency: USD
trigger: first_purchase
rewards:
  - {{id: five, side: advocate, kind: store_credit, amount: 5.00}}
  - {{id: card, side: friend, kind: voucher, amount: 5.00}}
combine: true
"""
HELD = PROGRAM.replace("amount: 5.00", "amount: 5.00, hold_days: 14")
_numbers = itertools.count(1)


def now() -> Instant:
    return time.time_ns() // 1000


class CutOff(bytes):
    """A body of which less comes than was announced: the line broke."""

    def __len__(self) -> int:
        return super().__len__() + 1


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The name of the problem."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        return str(self.json["type"]).rpartition(":")[2]

    @property
    def replayed(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"

    @property
    def fields(self) -> set[str]:
        return {error["field"] for error in self.json["errors"]}


@dataclass
class Shop:
    """A firm with its workspace and keys. Requests carry `key` unless another is given."""

    workspace: str
    key: str
    key_id: str
    made: dict[str, Any] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        idempotency: str | None = None,
        content_type: str = "application/json",
        **headers: str,
    ) -> Answer:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = self.key if key is None else key
        if given:
            headers["authorization"] = f"Bearer {given}"
        if idempotency is not None:
            headers["idempotency_key"] = idempotency
        return request(method, path, raw, content_type if raw or method == "POST" else "", headers)

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.call("POST", path, body, **more)

    def event(self, body: Any, **more: Any) -> Answer:
        return self.post("/api/v1/events", body, **more)

    def items(self, path: str) -> list[dict[str, Any]]:
        said = self.get(path)
        assert said.status == 200, said.body
        found: list[dict[str, Any]] = said.json["items"]
        return found

    def new_key(self, *scopes: str, publishable: bool = False, origins: tuple[str, ...] = ()) -> str:
        asked = Asked(self.workspace, now(), "Olga")
        return done(create_key("another", scopes=scopes, publishable=publishable, origins=origins, asked=asked)).text

    def conversion(self, friend: str = "ben", advocate: str = "ada", order: str = "") -> None:
        """Ada recommends, her friend signs up and buys: one reward a side."""
        order = order or f"order-{next(_numbers)}"
        said = self.event([sign_up(friend, advocate), purchase(friend, order)])
        assert said.status == 200, said.body


def sign_up(friend: str, advocate: str, **more: Any) -> dict[str, Any]:
    return {"id": f"signup-{friend}", "type": "signup", "person": friend, "referred_by": advocate, **more}


def purchase(friend: str, order: str, amount: Any = 4144, **more: Any) -> dict[str, Any]:
    return {
        "id": f"paid-{order}", "type": "purchase", "person": friend, "order": order, "amount_minor": amount, "currency": "USD", **more
    }  # fmt: skip


def open_shop(slug: str = "main", program: str = PROGRAM) -> Shop:
    """A workspace with a program called after it, and a key that may do everything."""
    at = now() - 60 * SECOND
    workspace = ensure_workspace(slug=slug, now=at)
    apply_program(program.format(slug="friends"), workspace=workspace, now=at, actor="Olga")
    made = done(create_key("all", scopes=["*"], asked=Asked(workspace, at, "Olga")))
    return Shop(workspace, made.text, f"key_{made.row.id}")


def request(method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
    """One request through the WSGI application, without a network, its answer held to the API's document."""
    answer = unchecked(method, path, body, content_type, headers)
    undeclared = wrong(method, path.partition("?")[0], answer.status, answer.headers, answer.body)
    assert not undeclared, undeclared
    return answer


def unchecked(method: str, path: str, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
    """The same, whatever it answers."""
    from passaparola.config.wsgi import application

    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000", "SCRIPT_NAME": "",
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": content_type, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    said: list[Any] = []
    parts = application(environ, lambda status, headers, *_: said.append((status, headers)))
    text = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    status, told = said[0]
    return Answer(int(status[:3]), {name.lower(): value for name, value in told}, text)


def quickest(ask: Callable[[], object]) -> float:
    """The seconds of the quickest of five askings: whatever else the machine does makes none of them quicker."""
    seconds = []
    for _ in range(5):
        begun = time.monotonic()
        ask()
        seconds.append(time.monotonic() - begun)
    return min(seconds)


class Server:
    """`passaparola up` in a process of its own, as an operator runs it."""

    def __init__(
        self,
        database: Database,
        *options: str,
        program: Path | None = None,
        folder: Path | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.database, self.options, self.folder, self.variables = database, options, folder, variables or {}
        self.program = program or Path(sys.executable).parent / "passaparola"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        self.process = subprocess.Popen(
            [str(self.program), "up", "--port", str(self.port), *self.options],
            env={**self.database.env, **self.variables},
            cwd=self.folder,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if self.get("/readyz").status == 200:
                    return self
            assert self.process.poll() is None, "the server ended at once"
            time.sleep(0.05)
        raise TimeoutError("the server did not begin to answer")

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        raw = None if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if raw is not None:
            named.setdefault("Content-Type", "application/json")
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", raw, named, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=40) as said:
                return Answer(said.status, {k.lower(): v for k, v in said.headers.items()}, said.read())
        except urllib.error.HTTPError as said:
            with said:
                return Answer(said.code, {k.lower(): v for k, v in said.headers.items()}, said.read())

    def kill(self) -> None:
        """All its processes at once, as a power cut would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=40)


@contextlib.contextmanager
def served(database: Database, *options: str, **variables: str) -> Iterator[Server]:
    """A running server, killed at the end when it still runs. `variables` of its environment."""
    server = Server(database, *options, variables=variables)
    try:
        yield server.start()
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()
