"""One writer on SQLite: a command that writes hands its work to the running server, or takes the lock when none runs.

A second writing process on the same file makes everybody wait. Whoever writes holds `writer.lock` in the data folder; the server also
listens on a socket there and does what it is handed. Messages are JSON; the token in `handover.token` (the owner's alone) is asked first.
On PostgreSQL there is no lock and every command writes itself.
"""

import fcntl
import hmac
import logging
import os
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import orjson
from django.conf import settings
from django.db import connection

from passaparola.inbound.commands import CommandFailed, run_command

logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 64 << 20
_LONGEST_GREETING = 1024
LONGEST_SOCKET_PATH = 100  # the system's limit is 104 to 108 bytes
LOCK, SOCKET, PORT, TOKEN = "writer.lock", "handover.sock", "handover.port", "handover.token"
Run = Callable[[Callable[[], Any]], Any]


class AnotherWriter(Exception):
    """Another process is writing and does not take work from us. The message names it."""


class Door(Protocol):
    """Where a command is done: here, or in the running server."""

    @property
    def remote(self) -> bool: ...

    def call(self, name: str, /, **arguments: Any) -> Any: ...


class _Here:
    remote = False

    def call(self, name: str, /, **arguments: Any) -> Any:
        return run_command(name, arguments)


class _There:
    """The running server, over its socket."""

    remote = True

    def __init__(self, line: socket.socket):
        self._line = line

    def call(self, name: str, /, **arguments: Any) -> Any:
        try:
            _send(self._line, {"command": name, "arguments": arguments})
            answer = _receive(self._line)
        except OSError as problem:
            raise CommandFailed(
                "The server went away before it answered. Start it again and repeat the command: what was done is not done twice"
            ) from problem
        if "failed" in answer:
            raise CommandFailed(answer["failed"], answer.get("detail"))
        return answer["result"]


def here() -> Door:
    """The door of a process that holds the lock itself."""
    return _Here()


@contextmanager
def writing_door(*, seconds: float = 60, waiting: Callable[[str], None] | None = None) -> Iterator[Door]:
    """Where this command's writes go. Waits up to `seconds` for another command; `waiting` is told once. Raises AnotherWriter."""
    if connection.vendor != "sqlite":
        yield _Here()
        return
    deadline = time.monotonic() + seconds
    while True:
        lock = _try_lock()
        if lock is not None:
            with lock:
                yield _Here()
            return
        line = _dial()
        if line is not None:
            with line:
                yield _There(line)
            return
        if waiting is not None:
            waiting(f"waiting for {_holder()} to finish writing")
            waiting = None
        if time.monotonic() > deadline:
            raise AnotherWriter(f"{_holder()} is writing to {_folder()}. Try again when it has ended")
        time.sleep(0.1)


@contextmanager
def writer_lock(*, seconds: float = 3) -> Iterator[None]:
    """Hold the right to write for as long as the block runs: what `up` and `restore` do. Raises AnotherWriter. Nothing on PostgreSQL."""
    if connection.vendor != "sqlite":
        yield
        return
    deadline = time.monotonic() + seconds
    while (lock := _try_lock()) is None:
        if time.monotonic() > deadline:
            raise AnotherWriter(f"{_holder()} is writing to {_folder()}. Stop it first")
        time.sleep(0.1)
    with lock:
        yield


def _folder() -> Path:
    return Path(settings.DATA)


def _holder() -> str:
    with suppress(OSError, ValueError):
        return f"process {int((_folder() / LOCK).read_text())}"
    return "another process"


@contextmanager
def _closing(file: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(file)


def _try_lock() -> Any:
    """The lock as a context, or None while another process has it. The system lets go of it when a process dies."""
    file = os.open(_folder() / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    os.ftruncate(file, 0)
    os.pwrite(file, str(os.getpid()).encode(), 0)
    return _closing(file)


# -- the messages: four bytes of length, then JSON ------------------------------------------------------------------------------


def _send(line: socket.socket, message: Any) -> None:
    body = orjson.dumps(message)
    if len(body) > LONGEST_MESSAGE:
        raise CommandFailed("Too much at once for the running server. Use a smaller --batch")
    line.sendall(struct.pack(">I", len(body)) + body)


def _receive(line: socket.socket, limit: int = LONGEST_MESSAGE) -> dict[str, Any]:
    (length,) = struct.unpack(">I", _exactly(line, 4))
    if length > limit:
        raise ConnectionError("the message is too long")
    message = orjson.loads(_exactly(line, length))
    if not isinstance(message, dict):
        raise ConnectionError("the message is no object")
    return message


def _exactly(line: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = line.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise ConnectionError("the other side went away")
        parts += part
    return bytes(parts)


def _dial() -> socket.socket | None:
    """A line to the running server, or None where none listens."""
    folder = _folder()
    try:
        token = (folder / TOKEN).read_text()
        line = _connected(folder)
    except (OSError, ValueError):
        return None
    try:
        _send(line, {"token": token})
        if _receive(line, _LONGEST_GREETING).get("result") == "welcome":
            return line
    except (OSError, ValueError):
        pass  # a server that is just going down: the lock tells when it is gone
    line.close()
    return None


def _connected(folder: Path) -> socket.socket:
    if not (folder / SOCKET).exists():
        line = socket.create_connection(("127.0.0.1", int((folder / PORT).read_text())), timeout=5)
        line.settimeout(None)
        return line
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(folder / SOCKET))
    except OSError:
        line.close()
        raise
    return line


# -- the server's side ----------------------------------------------------------------------------------------------------------


def serve_handover(stop: threading.Event, *, run: Run | None = None) -> None:
    """Do what commands hand over, until `stop` is set. `run` is the server's writer, which does one call at a time.

    Returns at once on PostgreSQL. The process that calls this holds the lock (`writer_lock`).
    """
    if connection.vendor != "sqlite":
        return
    folder = _folder()
    token = secrets.token_hex(32)
    with _listening(folder) as listener:
        _write_private(folder / TOKEN, token)
        listener.settimeout(0.2)
        while not stop.is_set():
            try:
                line, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:  # no more files are to be had, for a while: commands, the kill switches among them, must get through later
                logger.exception("a command could not be heard")
                stop.wait(1)
                continue
            line.settimeout(None)
            threading.Thread(target=_attend, args=(line, token, run or _directly), name="handover", daemon=True).start()


def _directly(call: Callable[[], Any]) -> Any:
    try:
        return call()
    finally:
        if not connection.in_atomic_block:
            connection.close()


@contextmanager
def _listening(folder: Path) -> Iterator[socket.socket]:
    place = folder / SOCKET
    for stale in (place, folder / PORT, folder / TOKEN):
        stale.unlink(missing_ok=True)
    if len(str(place).encode()) <= LONGEST_SOCKET_PATH:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(place))  # in a folder that is the owner's alone
        place.chmod(0o600)
        listener.listen()
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        _write_private(folder / PORT, str(listener.getsockname()[1]))
    try:
        yield listener
    finally:
        listener.close()
        for stale in (place, folder / PORT, folder / TOKEN):
            stale.unlink(missing_ok=True)


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _attend(line: socket.socket, token: str, run: Run) -> None:
    """One command's line: its token first, then its calls one after another."""
    with line:
        try:
            line.settimeout(5)
            given = _receive(line, _LONGEST_GREETING).get("token")
            if not isinstance(given, str) or not hmac.compare_digest(given.encode(), token.encode()):
                _send(line, {"failed": "wrong token"})
                return
            line.settimeout(None)
            _send(line, {"result": "welcome"})
            while True:
                _send(line, _answer(_receive(line), run))
        except (OSError, ValueError):
            return  # the command has ended, or is none of ours


def _answer(asked: dict[str, Any], run: Run) -> dict[str, Any]:
    name, arguments = str(asked.get("command")), asked.get("arguments")
    if not isinstance(arguments, dict):
        return {"failed": "the arguments are no object"}
    try:
        return {"result": run(lambda: run_command(name, arguments))}
    except CommandFailed as problem:
        return {"failed": problem.message, "detail": problem.detail}
    except Exception as problem:
        logger.exception("a command from the command line failed", extra={"command": name})
        return {"failed": f"The server could not do it ({type(problem).__name__}); its log says more"}
