"""passaparola's server as a process of its own, and a key to call it with."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from bench.ground import Database, now
from passaparola.actions.acting import Asked, done
from passaparola.actions.keys.change import create_key
from tests.ports import free_port

PROGRAM = """
import sys
import django
from django.conf import settings
from passaparola.inbound.counting import count_together
count_together(settings.DATA)
django.setup()
from passaparola.inbound.handover import writer_lock
from passaparola.inbound.server import serve
with writer_lock():
    serve(host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]))
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    port: int
    key: str
    process: psutil.Process

    def memory(self) -> int:
        """Resident bytes of the server and its workers."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(process.memory_info().rss for process in family)


def new_key(workspace: str) -> str:
    return done(create_key("bench", scopes=["*"], asked=Asked(workspace, now(), "bench"))).text


@contextlib.contextmanager
def serving(database: Database, workspace: str, *, workers: int = 1) -> Iterator[Running]:
    """Start the server on a database that is in use, and end it as an operator would."""
    key, port = new_key(workspace), free_port()
    environment = {
        **database.env,
        "DJANGO_SETTINGS_MODULE": "passaparola.config.settings",
        "PASSAPAROLA_LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-c", PROGRAM, str(port), str(workers)]
    with (database.data / "server.log").open("ab") as log:
        server = subprocess.Popen(command, env=environment, start_new_session=True, stdout=log, stderr=log)
    try:
        wait_until_it_answers(port, server)
        yield Running(port, key, psutil.Process(server.pid))
    except Exception as problem:
        said = (database.data / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"the server said: {said}") from problem
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_until_it_answers(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("POST", "/api/v1/events", "{}")
            line.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            line.close()
    raise RuntimeError("the server did not start")
