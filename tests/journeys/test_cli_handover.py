"""On SQLite one process writes: a command hands its work to the running server, or takes the lock when none runs."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from passaparola.inbound import handover
from passaparola.inbound.commands import COMMANDS, CommandFailed
from passaparola.inbound.handover import AnotherWriter, serve_handover, writer_lock, writing_door
from tests.databases import Database, on_both, only_postgres, only_sqlite
from tests.journeys.command_line import GIVE_5, command, lines, process, said
from tests.journeys.test_cli_events import HISTORY

pytestmark = on_both


@contextlib.contextmanager
def a_server(database: Database) -> Iterator[list[str]]:
    """This process holds the lock and does what it is handed; the names of what it did."""
    stop, done = threading.Event(), []

    def run(call: Any) -> Any:
        done.append("call")
        return handover._directly(call)

    with writer_lock():
        thread = threading.Thread(target=serve_handover, args=(stop,), kwargs={"run": run})
        thread.start()
        while not (database.data / handover.TOKEN).exists():
            time.sleep(0.01)
        try:
            yield done
        finally:
            stop.set()
            thread.join()


@only_sqlite
def test_a_command_hands_its_work_to_the_running_server(database: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "history.jsonl", *HISTORY)
    with a_server(database) as done:
        assert process(database, "program", "apply", GIVE_5).returncode == 0
        imported = process(database, "events", "import", file, "--program", "give-5-get-5", "--batch", 1, "--json")
        assert json.loads(imported.stdout)["recorded"] == 3
        assert len(done) == 4
        made = process(database, "apikey", "create", "--name", "shop", "--json")
        assert json.loads(made.stdout)["key"].startswith("pp_live_")
        clock = process(database, "clock", "run", "--once", "--json")
        assert json.loads(clock.stdout)["violations"] == []
        wrong = process(database, "apikey", "revoke", "nothing")
        assert (wrong.returncode, wrong.stderr.splitlines()[0]) == (
            1,
            "passaparola: There is no API key 'nothing'. `passaparola apikey list` shows them",
        )
    assert not (database.data / handover.SOCKET).exists()
    assert said("report", "--program", "give-5-get-5")["converted_friends"] == 1


@only_sqlite
def test_without_a_server_the_command_takes_the_lock(database: Database) -> None:
    with writing_door() as door:
        assert door.remote is False
        with pytest.raises(AnotherWriter, match=f"process {os.getpid()} is writing"), writing_door(seconds=0.2):
            pass
    with writing_door() as door:
        assert door.remote is False


@only_sqlite
def test_a_command_waits_for_another_one_and_says_so(database: Database) -> None:
    said_so: list[str] = []
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with writer_lock():
            held.set()
            free.wait(60)

    def waiting(word: str) -> None:
        said_so.append(word)
        free.set()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with writing_door(waiting=waiting) as door:
        assert door.remote is False
    holder.join()
    assert said_so == [f"waiting for process {os.getpid()} to finish writing"]


@only_sqlite
def test_a_server_that_was_killed_leaves_nothing_in_the_way(database: Database) -> None:
    program = (
        "import django, threading; django.setup()\n"
        "from passaparola.inbound.handover import serve_handover, writer_lock\n"
        "with writer_lock(): serve_handover(threading.Event())"
    )
    environment = {**database.env, "DJANGO_SETTINGS_MODULE": "passaparola.config.settings"}
    server = subprocess.Popen([*command()[:2], program], env=environment)
    while not (database.data / handover.TOKEN).exists():
        time.sleep(0.02)
    with writing_door() as door:
        assert door.remote is True
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    assert (database.data / handover.SOCKET).exists()
    with writing_door() as door:
        assert door.remote is False


@only_sqlite
def test_only_the_owner_may_hand_over_and_only_with_the_token(database: Database) -> None:
    with a_server(database) as done:
        for name in (handover.SOCKET, handover.TOKEN, handover.LOCK):
            assert (database.data / name).stat().st_mode & 0o077 == 0, name
        for greeting in ({"token": "guess"}, {"token": None}, {"command": "clock.run", "arguments": {}}):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(database.data / handover.SOCKET))
                handover._send(line, greeting)
                assert handover._receive(line) == {"failed": "wrong token"}
                line.settimeout(20)
                assert line.recv(1) == b""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(database.data / handover.SOCKET))
            line.sendall(b"\xff\xff\xff\xff")
            line.settimeout(20)
            assert line.recv(1) == b"", "a greeting that claims four gigabytes is not waited for"
        assert done == []


@only_sqlite
def test_what_is_no_command_is_refused_and_a_defect_is_not_shown(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect() -> None:
        raise ZeroDivisionError("/secret/path")

    monkeypatch.setitem(COMMANDS, "test.defect", defect)
    with a_server(database), writing_door() as door:
        assert door.remote is True
        with pytest.raises(CommandFailed, match=r"'os\.system' is no command"):
            door.call("os.system", line="true")
        with pytest.raises(CommandFailed, match="could not do it \\(ZeroDivisionError\\); its log says more") as told:
            door.call("test.defect")
        assert "secret" not in str(told.value)


@only_sqlite
def test_a_long_path_is_no_obstacle(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "LONGEST_SOCKET_PATH", 10)
    with a_server(database), writing_door() as door:
        assert not (database.data / handover.SOCKET).exists()
        assert door.remote is True
        assert door.call("clock.run")["steps"] == 0


@only_sqlite
def test_a_server_that_goes_away_in_the_middle_is_said(database: Database) -> None:
    near, far = socket.socketpair()
    far.close()
    with near, pytest.raises(CommandFailed, match="The server went away before it answered"):
        handover._There(near).call("clock.run")


@only_postgres
def test_on_postgres_every_command_writes_itself(database: Database) -> None:
    with writer_lock(), writing_door() as door:
        assert door.remote is False
    serve_handover(threading.Event())
    assert not (database.data / handover.LOCK).exists()


def test_messages_are_json() -> None:
    near, far = socket.socketpair()
    with near, far:
        handover._send(near, {"a": [1, "ü"]})
        assert orjson.loads(far.recv(100)[4:]) == {"a": [1, "ü"]}
