"""G-21: a backup made under load, the installation destroyed, everything back on an empty machine, and the books right."""

import json
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from passaparola.domain.instant import SECOND
from passaparola.store.ids import new_id
from passaparola.store.session import reading, writing
from tests.databases import POSTGRES, SQLITE, Database, PostgresTemplate, SqliteTemplate, fresh, on_both, only_sqlite
from tests.journeys.caller import Server, Shop, now, served, sign_up
from tests.journeys.command_line import process
from tests.rolling import Load

pytestmark = [on_both, pytest.mark.slow]


@pytest.fixture
def other(request: pytest.FixtureRequest, database: Database) -> Iterator[Database]:
    """An empty database of the other kind."""
    template: SqliteTemplate | PostgresTemplate = request.getfixturevalue(
        "postgres_template" if database.path else "sqlite_template"
    )
    with fresh(template) as empty:
        yield empty


def a_delivery(workspace: str, state: str) -> str:
    """What a webhook's receiver has got, or has not got yet, and is not to get again or to miss."""
    key, endpoint, at = new_id(), new_id(), now() + (0 if state == "delivered" else 3600 * SECOND)
    receiver: dict[str, object] = {
        "id": endpoint,
        "workspace_id": workspace,
        "url": "https://shop.example/hook",
        "description": "",
        "topics": "[]",
    }
    receiver |= {"secret": "x", "old_secret": "", "state": "disabled", "reason": "", "created_at": at}
    row = {
        "id": key, "workspace_id": workspace, "endpoint_id": endpoint, "message": key, "topic": "reward.issued", "body": "{}",
        "state": state, "attempts": 1, "due_at": at, "created_at": at,
    }  # fmt: skip
    with writing() as session:
        session.insert("store_webhookendpoint", list(receiver), [tuple(receiver.values())])
        session.insert("store_webhookdelivery", list(row), [tuple(row.values())])
    return key


def states(table: str) -> dict[str, str]:
    with reading() as session:
        return dict(session.rows(f"SELECT id, state FROM {table}"))


def made_under_load(server: Server, database: Database, shop: Shop, file: Path) -> set[int]:
    """The orders that were answered before the backup was begun; others came while it was written."""
    load = Load([server], shop.key)
    with load.running():
        before = set(load.answered)
        made = process(database, "backup", file)
        assert made.returncode == 0, made.stderr
        load.wait_for(5)
    assert load.failed == []
    return before


def test_g21_everything_is_destroyed_and_comes_back_on_the_other_database(
    database: Database, other: Database, shop: Shop, tmp_path: Path
) -> None:
    shop.conversion()
    delivered, waiting = a_delivery(shop.workspace, "delivered"), a_delivery(shop.workspace, "waiting")
    with writing() as session:
        session.run(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('k', 'x', '2099-01-01 00:00:00')"
        )
    file = tmp_path / "b.zip"
    with served(database) as server:
        before = made_under_load(server, database, shop, file)
        server.kill()
    if database.path:
        shutil.rmtree(database.data)
        database.data.mkdir()
    assert_restored(other, shop, file, before)
    with other.use():
        kept = states("store_webhookdelivery")
        assert (kept[delivered], kept[waiting]) == ("delivered", "waiting")
        handed_on = {key for key, state in states("store_outbox").items() if state == "done"}
        with served(other) as server:
            said = server.send("POST", "/api/v1/events", sign_up("late", "ada"), Authorization=f"Bearer {shop.key}")
            assert said.status == 201, said.body
            until = time.monotonic() + 120
            while "waiting" in states("store_outbox").values():
                assert time.monotonic() < until, "the outbox does not go on"
                time.sleep(0.1)
        assert handed_on <= {key for key, state in states("store_outbox").items() if state == "done"}
        assert states("store_webhookdelivery")[delivered] == "delivered"
        with reading() as session:
            twice = session.rows(
                "SELECT message, endpoint_id FROM store_webhookdelivery GROUP BY 1, 2 HAVING COUNT(*) > 1"
            )
        assert twice == []


def assert_restored(empty: Database, shop: Shop, file: Path, before: set[int]) -> None:
    restored = process(empty, "restore", file, "--json")
    assert restored.returncode == 0, restored.stderr
    assert json.loads(restored.stdout)["violations"] == []
    verified = process(empty, "ledger", "verify")
    assert verified.returncode == 0, verified.stdout
    with empty.use(), reading() as session:
        stored = {row[0] for row in session.rows("SELECT external_id FROM store_event")}
        assert {f"paid-o{n}" for n in before} <= stored
        assert session.rows("SELECT COUNT(*) FROM django_session") == [(0,)]


def damage(file: Path) -> None:
    """One bit of what the largest table holds is wrong. (A bit of a date or of padding between the tables would harm nobody.)"""
    with zipfile.ZipFile(file) as archive:
        tables = [member for member in archive.infolist() if member.filename != "manifest.json"]
        largest = max(tables, key=lambda member: member.compress_size)
    content = bytearray(file.read_bytes())
    content[largest.header_offset + 30 + len(largest.filename.encode()) + largest.compress_size // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("database_template", [SQLITE, POSTGRES], indirect=True)
def test_a_drill_tries_a_backup_and_touches_nothing(database: Database, shop: Shop, tmp_path: Path) -> None:
    shop.conversion()
    file = tmp_path / "b.zip"
    assert process(database, "backup", file).returncode == 0
    counted = states("store_reward")
    there = set(database.data.iterdir())
    tried = process(database, "drill", file, "--json")
    assert tried.returncode == 0, tried.stderr
    said = json.loads(tried.stdout)
    assert said["violations"] == []
    assert said["rows"]["store_reward"] == len(counted)
    assert said["seconds"] > 0
    assert states("store_reward") == counted
    assert set(database.data.iterdir()) == there
    damage(file)
    damaged = process(database, "drill", file)
    assert damaged.returncode == 1
    assert "damaged" in damaged.stderr


@only_sqlite
def test_a_drill_says_when_the_books_are_not_right(database: Database, shop: Shop, tmp_path: Path) -> None:
    """The planted fault: value that came from nowhere was backed up, too."""
    shop.conversion()
    with writing() as session:
        session.run("UPDATE store_reward SET amount = amount + 1")
    file = tmp_path / "b.zip"
    assert process(database, "backup", file).returncode == 0
    tried = process(database, "drill", file)
    assert tried.returncode == 1
    assert "NOT right" in tried.stdout
