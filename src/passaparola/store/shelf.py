"""Mappings larger than memory: what was not looked at for a while lies in a temporary SQLite file, and nothing outlives the process."""

import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

NEAR = 5_000  # entries that a shelf keeps in memory, and at most as many again that were used before them
_BITS = 24  # of the filter that spares looking for what was never there: 2 MB
_MASK = (1 << _BITS) - 1
_PRAGMAS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384; PRAGMA locking_mode=EXCLUSIVE"
_NOTHING: Any = object()


class ShelfFile:
    """The temporary file of some shelves, made when the first of them runs over. Close it, or leave it as a context."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._connection: sqlite3.Connection | None = None
        self.shelves: list[Shelf] = []

    def __enter__(self) -> "ShelfFile":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, in one transaction that is never committed."""
        if self._connection is None:
            self._folder = tempfile.TemporaryDirectory(prefix="passaparola-shelf-")
            path = Path(self._folder.name) / "shelf.sqlite3"
            self._connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
            self._connection.executescript(_PRAGMAS)
            self._connection.execute("BEGIN")
        return self._connection

    def close(self) -> None:
        """Remove the file, and let go at once what lies in its shelves: to find that nobody needs it takes longer."""
        for shelf in self.shelves:
            shelf.empty()
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()
        self._connection = self._folder = None


class Form(NamedTuple):
    """How a shelf writes its values into the file, and reads them. `fixed`: no value is changed in place."""

    pack: Callable[[Any], Any]
    unpack: Callable[[Any], Any]
    fixed: bool = False


class Shelf(MutableMapping[Any, Any]):
    """A mapping from texts, or tuples of texts, to anything that its form can write. `make` gives what is missing, as in a defaultdict.

    A value that was taken out may be changed in place until the next `trim`, which alone moves what lies longest to the file.
    """

    def __init__(
        self,
        file: ShelfFile,
        name: str,
        *,
        make: Callable[[], Any] | None = None,
        near: int = NEAR,
        form: Form | None = None,
    ):
        self.file, self._name, self._make, self.most = file, name, make, near
        self._form = form or PICKLED
        self._young: dict[Any, Any] = {}
        self._old: dict[Any, Any] = {}
        self._read: dict[Any, Any] = {}  # what was fetched and cannot have changed since: the file has it already
        self._seen: bytearray | None = None
        self._tuples = False
        file.shelves.append(self)

    # -- as a mapping -------------------------------------------------------------------------------------------------------

    def get(self, key: Any, default: Any = None) -> Any:
        found = self._young.get(key, _NOTHING)
        if found is not _NOTHING:
            return found
        found = self._old.get(key, _NOTHING)
        if found is _NOTHING:
            return self._far(key, default)
        self._young[key] = found
        return found

    def _far(self, key: Any, default: Any) -> Any:
        """What lies in the file, or was read from it lately."""
        place, seen = hash(key) & _MASK, self._seen
        if seen is None or not seen[place >> 3] & (1 << (place & 7)):
            return default
        found = self._read.get(key, _NOTHING)
        if found is _NOTHING:
            row = self.file.connection.execute(
                f"SELECT value FROM {self._name} WHERE key = ?", (_text(key),)
            ).fetchone()
            if row is None:
                return default
            found = self._form.unpack(row[0])
            (self._read if self._form.fixed else self._young)[key] = found
        return found

    def __getitem__(self, key: Any) -> Any:
        found = self.get(key, _NOTHING)
        if found is not _NOTHING:
            return found
        if self._make is None:
            raise KeyError(key)
        made = self._young[key] = self._make()
        return made

    def __setitem__(self, key: Any, value: Any) -> None:
        self._young[key] = value

    def __delitem__(self, key: Any) -> None:
        if self.get(key, _NOTHING) is _NOTHING:
            raise KeyError(key)
        self._young.pop(key, None)
        self._old.pop(key, None)
        self._read.pop(key, None)
        if self._seen is not None:
            self.file.connection.execute(f"DELETE FROM {self._name} WHERE key = ?", (_text(key),))

    def __contains__(self, key: Any) -> bool:
        return self.get(key, _NOTHING) is not _NOTHING

    def __iter__(self) -> Iterator[Any]:
        return (key for key, _ in self._each())

    def __bool__(self) -> bool:
        """Whether something is in it, or was."""
        return bool(self._young or self._old or self._seen)

    def __len__(self) -> int:
        return sum(1 for _ in self._each())

    def items(self) -> Any:
        """Every entry. What is far away is read one by one and not kept near."""
        return self._each()

    def values(self) -> Any:
        """Every value, in the same way."""
        return (value for _, value in self._each())

    def _each(self) -> Iterator[tuple[Any, Any]]:
        yield from list(self._young.items())
        yield from [(key, value) for key, value in self._old.items() if key not in self._young]
        if self._seen is None:
            return
        for text, blob in self.file.connection.execute(f"SELECT key, value FROM {self._name} ORDER BY rowid"):
            key = tuple(text.split("\x1f")) if self._tuples else text
            if key not in self._young and key not in self._old:
                yield key, self._form.unpack(blob)

    def empty(self) -> None:
        """Let everything go."""
        self._young, self._old, self._read, self._seen = {}, {}, {}, None

    # -- near and far -------------------------------------------------------------------------------------------------------

    def trim(self) -> None:
        """Move what was not used since the last time to the file, when there is much of it."""
        if len(self._young) + len(self._read) < self.most:
            return
        gone = self._old
        self._old, self._young, self._read = self._young, {}, {}
        if gone:
            self._put_away([(key, value) for key, value in gone.items() if key not in self._old])

    def _put_away(self, entries: list[tuple[Any, Any]]) -> None:
        if self._seen is None:
            self._seen = bytearray((1 << _BITS) >> 3)
            self._tuples = isinstance(entries[0][0], tuple) if entries else False
            self.file.connection.execute(f"CREATE TABLE {self._name} (key TEXT UNIQUE, value BLOB)")
        seen, pack = self._seen, self._form.pack
        for key, _ in entries:
            place = hash(key) & _MASK
            seen[place >> 3] |= 1 << (place & 7)
        self.file.connection.executemany(
            f"INSERT INTO {self._name} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [(_text(key), pack(value)) for key, value in entries],
        )


class _Reducers(dict[type, Callable[[Any], Any]]):
    """How to pickle a plain record: by its contents in the order of its fields, without their names. Anything else goes as usual."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
            raise KeyError(kind)
        names = tuple(field.name for field in fields(kind) if field.init and not field.kw_only)
        if len(names) < 2 or vars(kind).get("__slots__") != names:
            raise KeyError(kind)
        contents = attrgetter(*names)
        made = self[kind] = lambda record: (kind, contents(record))
        return made


_REDUCERS = _Reducers()


def packed(value: Any) -> bytes:
    """A value as bytes, which `pickle.loads` reads."""
    into = BytesIO()
    pickler = pickle.Pickler(into, 5)
    pickler.dispatch_table = _REDUCERS
    pickler.dump(value)
    return into.getvalue()


PICKLED = Form(packed, pickle.loads)
PLAIN = Form(pickle.dumps, pickle.loads, fixed=True)  # tuples of what Python itself brings
TEXT = Form(str, str, fixed=True)


def recorded(kind: type) -> Form:
    """Records of one kind that hold only texts, numbers and truths."""
    contents = attrgetter(*(field.name for field in fields(kind)))
    return Form(lambda record: pickle.dumps(contents(record)), lambda blob: kind(*pickle.loads(blob)), fixed=True)  # noqa: S301  our own


def _text(key: Any) -> str:
    return "\x1f".join(key) if isinstance(key, tuple) else str(key)


def by_time(file: ShelfFile, lines: Iterable[tuple[int, int, Any]]) -> Iterator[tuple[int, Any]]:
    """(number, value) of (time, number, value), sorted by time and number in the temporary file."""
    connection = file.connection
    connection.execute("CREATE TABLE lines (at INTEGER, number INTEGER, value BLOB)")
    connection.executemany(
        "INSERT INTO lines VALUES (?, ?, ?)", ((at, number, packed(value)) for at, number, value in lines)
    )
    for number, blob in connection.execute("SELECT number, value FROM lines ORDER BY at, number"):
        yield number, pickle.loads(blob)  # noqa: S301  our own, of this process
