"""Where the processes of one server count together: a folder in the data folder, made anew at each start.

The library that counts reads its variable when it is first imported, so `count_together` comes before anything else of passaparola.
Whoever does not call it (a command, a test) counts in its own memory.
"""

import fcntl
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the library's own name for it
FOLDER = "metrics"
LOCK = "lock"


def count_together(data: Path) -> Path:
    """Make this server's folder, and remove those of servers that have ended. It is held for as long as a process of ours lives."""
    place = data / FOLDER
    place.mkdir(mode=0o700, exist_ok=True)
    for old in place.iterdir():
        if old.is_dir() and _is_left(old):
            shutil.rmtree(old, ignore_errors=True)
    ours = place / secrets.token_hex(8)
    ours.mkdir(mode=0o700)
    held = os.open(ours / LOCK, os.O_RDWR | os.O_CREAT, 0o600)  # closed by the system, with the last of our processes
    fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    os.environ[VARIABLE] = str(ours)
    return ours


def _is_left(folder: Path) -> bool:
    """Whether nobody holds the folder."""
    with suppress(OSError):
        held = os.open(folder / LOCK, os.O_RDWR)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        finally:
            os.close(held)
        return True
    return not (folder / LOCK).exists()


def folder() -> Path | None:
    """The folder of this server, when its processes count together."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None
