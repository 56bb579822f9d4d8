"""Stops a throw-away PostgreSQL whose owner died without saying goodbye, and removes its folder.

The owner holds the other end of standard input and writes the server's process id (0 when none runs). The end of the
input means that the owner is gone, however it went. Standard library only, so that it starts quickly.
"""

import contextlib
import os
import shutil
import signal
import sys
import time

PATIENCE_SECONDS = 10.0


def stop(pid: int) -> None:
    """End the server at once: an immediate shutdown, and the hard way if that is not obeyed."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.05)
            os.kill(pid, 0)
        os.kill(pid, signal.SIGKILL)


def watch(folder: str) -> None:
    pid = 0
    for line in sys.stdin:
        pid = int(line)
    if pid:
        stop(pid)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(sys.argv[1])
