"""The throw-away server leaves nothing behind, however its owner ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.postgres import PostgresServer

pytestmark = pytest.mark.postgres

OWNER = """
import time
from tests.postgres import PostgresServer
with PostgresServer() as server:
    print(server.folder, server.process.pid, flush=True)
    time.sleep(60)
"""


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_with_its_owner(ending: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
        assert owner.stdout
        folder, pid = owner.stdout.readline().decode().split()
        assert is_running(int(pid))
        owner.send_signal(ending)
    deadline = time.monotonic() + 20
    while (Path(folder).exists() or is_running(int(pid))) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not is_running(int(pid))


def test_a_server_is_reached_by_its_port_and_by_its_socket() -> None:
    with PostgresServer(settings={"work_mem": "8MB"}) as server:
        for url in (server.url, server.socket_url):
            with psycopg.connect(url) as connection:
                answer = connection.execute("SELECT current_setting('work_mem')").fetchone()
            assert answer == ("8MB",)
    assert not server.folder.exists()
