"""Visits on the disk of this machine, for as long as the database is away: appended durably, drained by visit id.

Each process writes segments of its own, named like nothing else. A segment is locked by its writer while it lives, so that whoever gets
the lock knows that it is finished; it is removed only after the commit that holds what is in it.
"""

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import orjson

from passaparola.domain.visits import Visit, VisitKind
from passaparola.store.ids import new_id

FOLDER, SUFFIX = "visits", ".spool"
LARGEST_SEGMENT = 4 << 20
AT_ONCE = 2000
logger = logging.getLogger(__name__)


class Spool:
    """The segments of one process in the data folder, and the drain of everybody's. Threads may share it."""

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER
        self._gate = threading.Lock()
        self._file: int | None = None
        self._size = 0

    def append(self, visits: Sequence[Visit]) -> None:
        """Keep visits. They are on the disk when it returns. Raises OSError when they are not, and then none of them is."""
        lines = b"".join(_line(visit) for visit in visits)
        with self._gate:
            file = self._open()
            try:
                _write(file, lines)
                os.fdatasync(file)
            except OSError:
                self._abandon(file)
                raise
            self._size += len(lines)
            if self._size >= LARGEST_SEGMENT:
                self._close()

    def close(self) -> None:
        """Let the segment that is written be drained."""
        with self._gate:
            self._close()

    def drain(self, store: Callable[[Sequence[Visit]], None]) -> int:
        """Hand all finished segments to `store`, which returns after its commit, or raises. The number of visits handed over."""
        done = 0
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            file = _finished(path)
            if file is None:
                continue
            try:
                for visits in _read(path):
                    store(visits)
                    done += len(visits)
                path.unlink()
            finally:
                os.close(file)
        return done

    def _open(self) -> int:
        if self._file is None:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            draft = self.folder / f"{new_id()}-{os.getpid()}.draft"
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX)
            draft.rename(draft.with_suffix(SUFFIX))  # only now, for who drains must never find it without its lock
            _sync_folder(self.folder)
            self._file, self._size = file, 0
        return self._file

    def _abandon(self, file: int) -> None:
        """After a failure nobody knows what is behind the last good byte: cut it off, and begin another segment next time."""
        try:
            os.ftruncate(file, self._size)
        except OSError:
            logger.exception("a segment of visits could not be cut")
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _line(visit: Visit) -> bytes:
    kept = [visit.id, visit.workspace, visit.link, visit.at, visit.kind, visit.channel]
    return orjson.dumps([*kept, visit.location] if visit.location else kept) + b"\n"


def _write(file: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _finished(path: Path) -> int | None:
    """The open, locked file of a segment that nobody writes any more and nobody else drains; None for any other."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file).st_nlink:
            return file
    except BlockingIOError:
        pass
    os.close(file)
    return None


def _read(path: Path) -> Iterator[list[Visit]]:
    """The visits of a segment, some at a time. What follows the last line break was never answered."""
    lines = path.read_bytes().split(b"\n")[:-1]
    for first in range(0, len(lines), AT_ONCE):
        yield [_visit(line) for line in lines[first : first + AT_ONCE]]


def _visit(line: bytes) -> Visit:
    key, workspace, link, at, kind, *rest = orjson.loads(line)
    return Visit(key, workspace, link, at, VisitKind(kind), *rest)
