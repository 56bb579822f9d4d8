"""The archive: a zip with one file of JSON lines a table, and a manifest that says what must be in it.

Nothing is ever unpacked to the disk, and only names that the manifest and this program both know are read.
"""

import hashlib
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from passaparola.actions.backup.tables import Table

FORMAT = 1
MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 1 << 20
_LONGEST_LINE = 64 << 20
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError)


class UnableToBackUp(RuntimeError):
    """No backup was made; the message says why."""


class UnableToReadArchive(ValueError):
    """The file is no whole and unaltered backup of a version that can be read here. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Member:
    """What the manifest says of one table."""

    name: str
    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


@contextmanager
def new_archive(path: Path, *, replace: bool) -> Iterator["ArchiveWriter"]:
    """Write beside `path` and rename at the end, so that there is a whole archive or none. For the owner only."""
    if path.exists() and not replace:
        raise UnableToBackUp(
            f"{path} exists already, and nothing is overwritten. Name another file, or say --overwrite"
        )
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
                yield ArchiveWriter(packed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ArchiveWriter:
    def __init__(self, packed: zipfile.ZipFile):
        self._packed = packed
        self._members: list[dict[str, Any]] = []

    def table(self, table: Table, rows: Iterator[Sequence[Any]]) -> int:
        """Write one table; the number of its rows."""
        digest, count, size = hashlib.sha256(), 0, 0
        with self._packed.open(_file_of(table.name), "w", force_zip64=True) as file:
            for row in rows:
                line = orjson.dumps(table.outward(row)) + b"\n"
                digest.update(line)
                file.write(line)
                count, size = count + 1, size + len(line)
        self._members.append(
            {"name": table.name, "columns": table.columns, "rows": count, "bytes": size, "sha256": digest.hexdigest()}
        )
        return count

    def close(self, **facts: Any) -> None:
        """Write the manifest, last."""
        manifest = {"format": FORMAT, **facts, "tables": self._members}
        self._packed.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))


@contextmanager
def open_archive(path: Path) -> Iterator["ArchiveReader"]:
    """Open a backup. Raises UnableToReadArchive when it is none, or is cut short."""
    try:
        packed = zipfile.ZipFile(path)
    except (OSError, *_DAMAGE) as problem:
        raise UnableToReadArchive(
            f"{path} is no whole backup ({problem}). Was it cut short while it was copied?"
        ) from problem
    with packed:
        yield ArchiveReader(path, packed)


class ArchiveReader:
    def __init__(self, path: Path, packed: zipfile.ZipFile):
        self.path, self._packed = path, packed
        self.manifest = self._manifest()
        self.members = {member.name: member for member in self._members()}

    def _manifest(self) -> dict[str, Any]:
        names = self._packed.namelist()
        if len(set(names)) != len(names) or MANIFEST not in names:
            raise UnableToReadArchive(f"{self.path} is no backup of passaparola: it has no single {MANIFEST}")
        if self._packed.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            raise UnableToReadArchive(f"{self.path}: the manifest is far too large")
        try:
            manifest = orjson.loads(self._packed.read(MANIFEST))
            found = manifest["format"]
        except (*_DAMAGE, TypeError, ValueError) as problem:
            raise UnableToReadArchive(f"{self.path}: the manifest cannot be read ({problem})") from problem
        if found != FORMAT:
            raise UnableToReadArchive(f"{self.path} has the format {found!r}; this version reads {FORMAT}")
        return dict(manifest)

    def _members(self) -> list[Member]:
        try:
            found = [
                Member(str(t["name"]), tuple(map(str, t["columns"])), int(t["rows"]), int(t["bytes"]), str(t["sha256"]))
                for t in self.manifest["tables"]
            ]
        except (KeyError, TypeError, ValueError) as problem:
            raise UnableToReadArchive(f"{self.path}: the manifest lacks what it should say ({problem})") from problem
        if set(self._packed.namelist()) != {MANIFEST, *(_file_of(m.name) for m in found)}:
            raise UnableToReadArchive(f"{self.path} holds other files than its manifest says")
        return found

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """The rows of one table, read again as they are needed. Raises UnableToReadArchive as soon as something does not fit."""
        member = self.members[table.name]
        digest, count, size = hashlib.sha256(), 0, 0
        for line in self._lines(table.name):
            digest.update(line)
            count, size = count + 1, size + len(line)
            if size > member.bytes:
                break
            yield self._row(line, table)
        if (count, size, digest.hexdigest()) != (member.rows, member.bytes, member.sha256):
            raise UnableToReadArchive(
                f"{self.path}: {table.name} is not what was backed up; the file was damaged or altered"
            )

    def _lines(self, name: str) -> Iterator[bytes]:
        try:
            with self._packed.open(_file_of(name)) as file:
                while line := file.readline(_LONGEST_LINE):
                    yield line
        except (OSError, *_DAMAGE) as problem:
            raise UnableToReadArchive(
                f"{self.path}: {name} cannot be read ({problem}); the file was damaged or altered"
            ) from problem

    def _row(self, line: bytes, table: Table) -> list[Any]:
        try:
            row = orjson.loads(line)
        except ValueError as problem:
            raise UnableToReadArchive(f"{self.path}: {table.name} holds a line that is no JSON") from problem
        if not isinstance(row, list) or len(row) != len(table.columns):
            raise UnableToReadArchive(f"{self.path}: {table.name} holds a row of another shape")
        return row


def _file_of(table: str) -> str:
    return f"tables/{table}.jsonl"
