"""A backup is whole or refused, restores from any database into any, and leaves the books right."""

import itertools
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import connection

from passaparola.actions.backup.archive import UnableToBackUp, UnableToReadArchive
from passaparola.actions.backup.back_up import back_up
from passaparola.actions.backup.restore import UnableToRestore, restore
from passaparola.actions.backup.tables import EMPTIED, LEFT_OUT, tables
from passaparola.analytics.report import report
from passaparola.store.session import reading
from tests.databases import POSTGRES, SQLITE, Database, PostgresTemplate, SqliteTemplate, fresh
from tests.histories import a_full_history, friend_buys, tell
from tests.ledger_clean import assert_books_balance

NOW = 1_790_000_000_000_000


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database, of the kind that the test asks for."""
    template: SqliteTemplate | PostgresTemplate = request.getfixturevalue(f"{request.param}_template")
    with fresh(template) as database:
        yield database


on_both = pytest.mark.parametrize("target", [SQLITE, POSTGRES], indirect=True)
on_sqlite = pytest.mark.parametrize("target", [SQLITE], indirect=True)


@pytest.fixture
def shop(database: Database) -> str:
    workspace = a_full_history()
    olga = User.objects.create_superuser("olga", password="a long pass phrase")
    Authenticator.objects.create(
        user=olga, type="webauthn", data={"name": 'Olga\'s "key"', "credential": {"b": [1, None], "a": "ż"}}
    )
    User.objects.create_user("otto", is_active=False, last_name='O\'Brien \\N "quoted"\ttab')
    return workspace


def everything() -> dict[str, list[list[object]]]:
    """Every row that a backup holds, as the archive writes it."""
    with reading() as session:
        return {
            t.name: sorted(t.outward(row) for row in session.rows(f"SELECT {', '.join(t.columns)} FROM {t.name}"))
            for t in tables()
        }


@on_both
def test_a_backup_restores_to_the_same_rows_on_either_database(shop: str, target: Database, tmp_path: Path) -> None:
    before, numbers = everything(), report(shop, "small-budget")
    counts = back_up(tmp_path / "b.zip", now=NOW)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    with target.use():
        restored = restore(tmp_path / "b.zip")
        assert restored.rows == counts
        assert restored.violations == []
        assert everything() == before
        assert report(shop, "small-budget") == numbers
        assert_books_balance(shop)
        assert User.objects.get(username="olga").check_password("a long pass phrase")
        assert User.objects.create(username="new").pk > User.objects.get(username="otto").pk, "the numbers go on"
        tell(shop, friend_buys("late", 90, ("o99", 5_000, "EUR")))
        assert_books_balance(shop)


@on_sqlite
def test_a_database_that_is_not_empty_is_left_alone_unless_it_is_to_be_replaced(
    shop: str, target: Database, tmp_path: Path
) -> None:
    back_up(tmp_path / "b.zip", now=NOW)
    kept = everything()
    tell(shop, friend_buys("later", 90, ("o99", 5_000, "EUR")))
    grown = everything()
    with pytest.raises(UnableToRestore, match="not empty"):
        restore(tmp_path / "b.zip")
    assert everything() == grown
    restore(tmp_path / "b.zip", replace=True)
    assert everything() == kept


def test_nothing_is_overwritten_and_nothing_half_written_is_left(shop: str, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_text("something dear")
    with pytest.raises(UnableToBackUp, match="exists already"):
        back_up(path, now=NOW)
    assert path.read_text() == "something dear"
    back_up(path, now=NOW, overwrite=True)
    with pytest.raises(RuntimeError, match="full"):
        back_up(path, now=NOW, overwrite=True, progress=_a_full_disk)
    assert zipfile.ZipFile(path).testzip() is None
    assert [p.name for p in tmp_path.iterdir()] == ["b.zip"]


def _a_full_disk(table: str, rows: int) -> None:
    raise RuntimeError("the disk is full")


def test_a_backup_is_of_one_moment_and_keeps_nobody_waiting(shop: str, tmp_path: Path) -> None:
    kept, days = everything(), itertools.count(90)

    def meanwhile(table: str, rows: int) -> None:
        import threading

        def write() -> None:
            n = next(days)
            tell(shop, friend_buys(f"meanwhile-{n}", n, (f"m{n}", 2_000, "EUR")))
            connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        writer.join(timeout=20)
        assert not writer.is_alive(), "a writer had to wait for the backup"

    counts = back_up(tmp_path / "b.zip", now=NOW, progress=meanwhile)
    assert counts == {name: len(rows) for name, rows in kept.items()}
    assert len(everything()["store_event"]) > counts["store_event"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))


def rewrite(path: Path, change: Callable[[str, bytes], tuple[str, bytes] | None], *more: tuple[str, bytes]) -> None:
    """The same archive with some members changed: a zip that is whole in itself."""
    with zipfile.ZipFile(path) as old:
        members = [(n, old.read(n)) for n in old.namelist()]
    with zipfile.ZipFile(path, "w") as new:
        for name, content in [*(m for n, c in members if (m := change(n, c))), *more]:
            new.writestr(name, content)


def more_money(path: Path) -> None:
    rewrite(path, lambda n, c: (n, c.replace(b'"EUR",1000', b'"EUR",9000') if n.endswith("store_reward.jsonl") else c))


def a_row_less(path: Path) -> None:
    rewrite(path, lambda n, c: (n, c[: c[:-1].rindex(b"\n") + 1] if n.endswith("store_event.jsonl") else c))


def a_table_less(path: Path) -> None:
    rewrite(path, lambda n, c: None if n.endswith("store_event.jsonl") else (n, c))


def outside(path: Path) -> None:
    rewrite(path, lambda n, c: (n, c), ("../../evil.py", b"print('out')"))


def manifest(**facts: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        rewrite(path, lambda n, c: (n, orjson.dumps({**orjson.loads(c), **facts}) if n == "manifest.json" else c))

    return change


def no_archive(path: Path) -> None:
    path.write_text("hello")


FAULTS = {
    "cut short": cut,
    "a byte flipped": flip,
    "a reward made dearer": more_money,
    "a row less": a_row_less,
    "a table less": a_table_less,
    "a path that leads outside": outside,
    "another format": manifest(format=99),
    "another shape": manifest(schema={"store": "0000_before"}),
    "no tables": manifest(tables=[]),
    "no archive at all": no_archive,
}


@pytest.mark.parametrize("fault", FAULTS)
@on_sqlite
def test_a_damaged_or_strange_archive_changes_nothing(shop: str, target: Database, tmp_path: Path, fault: str) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    back_up(good, now=NOW)
    shutil.copy(good, bad)
    FAULTS[fault](bad)
    assert bad.read_bytes() != good.read_bytes()
    with target.use():
        empty = everything()
        with pytest.raises((UnableToReadArchive, UnableToRestore)) as told:
            restore(bad)
        assert str(bad) in str(told.value)
        assert everything() == empty
        assert restore(good).violations == []
    assert not (tmp_path.parent / "evil.py").exists()


@on_sqlite
def test_rows_that_break_a_law_of_the_database_change_nothing(shop: str, target: Database, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    back_up(path, now=NOW)
    _spoil(path)
    with target.use():
        with pytest.raises(UnableToRestore, match="store_transfer does not fit"):
            restore(path)
        assert everything()["store_workspace"] == []


def _spoil(path: Path) -> None:
    """A transfer below zero, with a right checksum."""
    import hashlib

    with zipfile.ZipFile(path) as archive:
        about = orjson.loads(archive.read("manifest.json"))
        rows = [orjson.loads(line) for line in archive.read("tables/store_transfer.jsonl").splitlines()]
    entry = next(t for t in about["tables"] if t["name"] == "store_transfer")
    rows[0][entry["columns"].index("amount")] = -5
    body = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    entry.update(bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
    new = {"tables/store_transfer.jsonl": body, "manifest.json": orjson.dumps(about)}
    rewrite(path, lambda n, c: (n, new.get(n, c)))


def test_every_table_is_in_a_backup_or_left_out_for_a_reason(database: Database) -> None:
    there = set(connection.introspection.table_names())
    assert {t.name for t in tables()} | set(LEFT_OUT) == there
    assert set(EMPTIED) <= set(LEFT_OUT)
