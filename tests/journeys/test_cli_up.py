"""`passaparola up` begins from nothing, serves, takes work from other commands, and ends when it is asked to."""

import contextlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from tests.databases import Database, on_both, only_sqlite
from tests.journeys.command_line import GIVE_5, command, process
from tests.ports import free_port

pytestmark = [on_both, pytest.mark.slow]


@contextlib.contextmanager
def up(database: Database, *more: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    out = (database.data / "up.out").open("w")
    with (
        out,
        subprocess.Popen(
            command("up", "--port", port, *more), env=database.env, stdout=out, stderr=out, text=True
        ) as server,
    ):
        try:
            deadline = time.monotonic() + 120
            while not answers(port):
                assert server.poll() is None, said_by(database)
                assert time.monotonic() < deadline, said_by(database)
                time.sleep(0.1)
            yield server, port
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=40)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def said_by(database: Database) -> str:
    return (database.data / "up.out").read_text()


def test_the_first_start_makes_an_operator_and_the_second_does_not(database: Database) -> None:
    with up(database, "--demo") as (server, port):
        told = said_by(database)
        assert "Sign in as operator with the password " in told
        assert "The demo is loaded: " in told
        assert f"passaparola is at http://localhost:{port}" in told
        with urllib.request.urlopen(f"http://localhost:{port}/l/{told.partition('/r/')[2][:10]}", timeout=9) as page:
            assert f'"http://localhost:{port}/l/' in page.read().decode(), "links lead to where it listens"
        assert get_user_model().objects.get().password.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
        report = process(database, "report", "--program", "demo-coffee-five")
        assert report.returncode == 0, report.stderr
    assert server.returncode == 0
    with up(database, "--demo"):
        told = said_by(database)
        assert "Sign in as" not in told
        assert "The demo was loaded before; nothing was changed." in told


@only_sqlite
def test_while_it_runs_commands_hand_over_and_a_restore_is_refused(database: Database, tmp_path: Path) -> None:
    with up(database):
        applied = process(database, "program", "apply", GIVE_5)
        assert (applied.returncode, applied.stderr) == (0, "")
        assert process(database, "backup", tmp_path / "b.zip").returncode == 0
        refused = process(database, "restore", tmp_path / "b.zip", "--replace", "--yes")
        assert refused.returncode == 1
        assert "is writing to" in refused.stderr
        assert "Stop it first" in refused.stderr
        second = process(database, "up", "--port", free_port())
        assert (second.returncode, "Stop it first" in second.stderr) == (1, True)
    restored = process(database, "restore", tmp_path / "b.zip", "--replace", "--yes")
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.endswith("The ledger is right.\n")


def test_a_port_that_is_taken_is_said_in_one_line(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken = process(database, "up", "--port", listener.getsockname()[1])
    assert taken.returncode == 1
    assert "Traceback" not in taken.stderr
    assert "is taken" in taken.stderr
