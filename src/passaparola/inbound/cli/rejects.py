"""Lines that could not go in, kept in the shape they came in, to be mended and imported again."""

import os
from pathlib import Path
from typing import BinaryIO


class Rejects:
    """Written while the import runs, under `<name>.part`; given its name at the end. Nothing is ever overwritten: a new name is taken.

    There is no file when nothing was rejected.
    """

    def __init__(self, wanted: Path, header: bytes):
        self.wanted, self.header = wanted, header
        self.count = 0
        self._draft = wanted.with_name(f"{wanted.name}.part")
        self._file: BinaryIO | None = None

    def add(self, raw: bytes) -> None:
        if self._file is None:
            self._file = os.fdopen(os.open(self._draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
            self._file.write(_ended(self.header) if self.header else b"")
        self._file.write(_ended(raw))
        self.count += 1

    def close(self) -> Path | None:
        """Where they are, or None. The same rejects as last time stay in the same file."""
        if self._file is None:
            return None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        place = self.wanted
        number = 1
        while place.exists() and not _same(place, self._draft):
            number += 1
            place = self.wanted.with_name(f"{self.wanted.stem}.{number}{self.wanted.suffix}")
        self._draft.replace(place)
        return place


def _ended(line: bytes) -> bytes:
    return line if line.endswith(b"\n") else line + b"\n"


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        while True:
            left, right = a.read(1 << 20), b.read(1 << 20)
            if left != right:
                return False
            if not left:
                return True
