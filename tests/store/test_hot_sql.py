"""The SQL of the hot path: it is about the columns that the models have, and no read of it walks through a table that grows."""

import re
from dataclasses import fields
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.db import connection

from passaparola.domain.rewards.change import Reward
from passaparola.store.read.gather import EVENT_COLUMNS, REWARD_COLUMNS, StoredEvent
from passaparola.store.session import Session, _for_postgres, _for_sqlite, _sqlite_values
from passaparola.store.write import plan
from tests.databases import Database, only_postgres, only_sqlite
from tests.histories import START, a_workspace
from tests.store.telling import GIVE_FIVE, NOW, at, count, order, person, query, signup, tell

WRITTEN = {**plan.INSERTS, "voucher": plan.VOUCHER, "account": plan.ACCOUNT}
LATER = {  # columns that are null until an update of their own
    "person": {"facts", "language"},
    "advocateinvitation": {"used_at", "used_by_id", "revoked_at"},
    "voucher": {"order_key", "order_minor", "order_unit", "discount_minor", "reserved_until", "pending_transfer"},
}
EVERYTHING = (
    GIVE_FIVE.replace("first_purchase", "purchase")
    + """  - {id: second, side: advocate, kind: voucher, structure: {kind: milestone, every: 2}, voucher: {percent: 20}}
caps:
  - {per: advocate, metric: value, max: 100000.00}
  - {per: friend, metric: count, max: 3}
budget: {total: 1000000.00}
"""
)
SMALL = {"workspace", "program", "programversion"}


def columns_of(table: str) -> dict[str, Any]:
    return {field.column: field for field in apps.get_model("store", table)._meta.concrete_fields}


@pytest.mark.parametrize("table", sorted(WRITTEN))
def test_every_column_written_is_one_of_the_model_and_none_is_forgotten(table: str) -> None:
    columns, written = columns_of(table), WRITTEN[table]
    assert len(set(written)) == len(written)
    assert set(columns) - set(written) == LATER.get(table, set())
    assert set(written) <= set(columns)
    assert all(columns[name].null for name in LATER.get(table, ()))


def test_updates_are_of_columns_that_inserts_have() -> None:
    assert set(plan.UPDATE_REFERRAL) <= set(plan.INSERTS["referral"])
    assert set(plan.UPDATE_REWARD) <= set(plan.INSERTS["reward"])
    assert set(plan.INSERTS["referral"]) - set(plan.UPDATE_REFERRAL) == {
        "id",
        "workspace_id",
        "program_id",
        "friend_id",
        "revision",
        "created_at",
    }


@pytest.mark.parametrize(
    ("table", "text", "type_"), [("event", EVENT_COLUMNS, StoredEvent), ("reward", REWARD_COLUMNS, Reward)]
)
def test_what_is_read_fits_the_value_it_becomes(table: str, text: str, type_: type) -> None:
    read = [name.strip().removeprefix("e.") for name in text.split(",")]
    assert set(read) <= set(columns_of(table))
    names = [name.removesuffix("_id").removesuffix("_key") for name in read]
    other = {"program": "program", "occurred_at": "at", "amount_minor": "amount"}
    given = [other.get(name, name) for name in names]
    expected = [f.name.removesuffix("_key").removesuffix("_id") for f in fields(type_)]
    assert given == expected


# -- plans --------------------------------------------------------------------------------------------------------------------


class Watched:
    """The statements that a session runs, with their values."""

    def __init__(self, patch: pytest.MonkeyPatch):
        self.seen: dict[str, dict[str, Any]] = {}
        real = Session.run

        def run(session: Session, statement: str, **values: Any) -> int:
            self.seen.setdefault(statement, values)
            return real(session, statement, **values)

        patch.setattr(Session, "run", run)


def a_busy_workspace() -> str:
    """Two thousand friends of a thousand advocates, each with an invitation, a visit, a sign-up, an order and a refund."""
    workspace = a_workspace(EVERYTHING)
    for part in range(4):
        friends = range(part * 500, part * 500 + 500)
        tell(workspace, *(event for n in friends for event in one_friend(n)))
    return workspace


def one_friend(n: int) -> list[dict[str, Any]]:
    advocate = f"ada{n % 1_000}"
    return [
        {"id": f"s{n}", "type": "share", "at": at(0.4), "person": advocate, "to": f"ben{n}@example.com"},
        {"id": f"v{n}", "type": "visit", "at": at(0.5), "referred_by": advocate},
        signup(f"ben{n}", visit=f"v{n}", email=f"ben{n}@example.com"),
        order(f"ben{n}", f"o{n}"),
        {"id": f"r{n}", "type": "refund", "at": at(3), "order": f"o{n}", "amount_minor": 100, "currency": "EUR"},
    ]


def the_hot_statements(workspace: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """What a batch runs that has every kind of event, of friends known and new, with another program that begins."""
    from passaparola.actions.programs.apply import apply_program

    asks = "trigger: {kind: first_purchase, friend_must_be: new}"
    later = GIVE_FIVE.replace("give-five", "later").replace("trigger: first_purchase", asks)
    apply_program(later, workspace=workspace, now=START, actor="olga")
    ((code, slug),) = query(
        "SELECT code, slug FROM store_sharelink WHERE workspace_id = %(ws)s::uuid ORDER BY id LIMIT 1", ws=workspace
    )
    ours = person(workspace, "ben5")
    with monkeypatch.context() as patch:
        watched = Watched(patch)
        tell(
            workspace,
            *one_friend(9_999),
            order("ben1", "again-1", code=code),
            signup("dan", code=slug),
            order(f"per_{ours}", "own"),
            {"id": "share", "type": "share", "at": at(4), "person": "ada1", "to": "ben2@example.com"},
            {"id": "late", "type": "refund", "at": at(4), "order": "o3"},
            {"id": "token", "type": "visit", "at": at(0.7), "person": "ben4", "referred_by": "ada5"},
        )
    return {statement: values for statement, values in watched.seen.items() if statement.startswith("SELECT")}


def growing(name: str) -> bool:
    return name.startswith("store_") and name.removeprefix("store_") not in SMALL


def walks_on_sqlite(statement: str, values: dict[str, Any]) -> list[str]:
    """Steps of the plan that scan a growing table, or search it by its workspace alone."""
    connection.ensure_connection()
    assert connection.connection is not None
    rows = connection.connection.execute(
        f"EXPLAIN QUERY PLAN {_for_sqlite(statement)}", _sqlite_values(values)
    ).fetchall()
    names: dict[str, str] = {
        alias: table for table, alias in re.findall(r"(?:FROM|JOIN) (store_\w+) (\w+) ", statement + " ")
    }
    found = []
    for *_, step in rows:
        match = re.match(r"(SCAN|SEARCH) (\w+)(.*)", step)
        if match and growing(names.get(match[2], str(match[2]))):
            by = re.search(r"\((.*)\)", match[3])
            if match[1] == "SCAN" or by is None or by[1] == "workspace_id=?":
                found.append(step)
    return found


def walks_on_postgres(statement: str, values: dict[str, Any]) -> list[str]:
    connection.ensure_connection()
    assert connection.connection is not None
    cursor = connection.connection.execute(f"EXPLAIN (FORMAT JSON) {_for_postgres(statement)}", values)
    (explained,) = cursor.fetchone()
    (top,) = orjson.loads(explained) if isinstance(explained, str) else explained
    return list(_walks(top["Plan"]))


def _walks(node: dict[str, Any]) -> list[str]:
    found = [walk for child in node.get("Plans", ()) for walk in _walks(child)]
    condition = node.get("Index Cond", "")
    if node["Node Type"] == "Seq Scan" and growing(node["Relation Name"]):
        found.append(f"Seq Scan on {node['Relation Name']}")
    of_growing = growing(str(node.get("Relation Name", "store_")))
    if "Index" in node["Node Type"] and of_growing and re.fullmatch(r"\(?\(?workspace_id = [^)]*\)*", condition):
        found.append(f"{node['Node Type']} by the workspace alone: {condition}")
    return found


GATHER_READS = 15  # at least so many different reads must have been looked at


@only_sqlite
def test_no_hot_read_walks_through_a_table_on_sqlite(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = a_busy_workspace()
    seen = the_hot_statements(workspace, monkeypatch)
    assert len(seen) >= GATHER_READS
    assert {s: walks for s, v in seen.items() if (walks := walks_on_sqlite(s, v))} == {}
    assert walks_on_sqlite("SELECT id FROM store_event e WHERE e.channel = %(x)s", {"x": "a"}), (
        "a planted scan is caught"
    )
    by_workspace = "SELECT id FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.channel = %(x)s"
    assert walks_on_sqlite(by_workspace, {"ws": workspace, "x": "a"}), (
        "a planted search by the workspace alone is caught"
    )


@only_postgres
def test_no_hot_read_walks_through_a_table_on_postgres(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = a_busy_workspace()
    seen = the_hot_statements(workspace, monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SET enable_seqscan = off"
        )  # a thousand narrow rows are read sooner than looked up; a million are not
    assert len(seen) >= GATHER_READS
    assert {s: walks for s, v in seen.items() if (walks := walks_on_postgres(s, v))} == {}
    planted = "SELECT id FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.channel = %(x)s"
    assert walks_on_postgres(planted, {"ws": workspace, "x": "a"}), "a planted walk is caught"


def test_the_busy_workspace_is_as_busy_as_it_says(database: Database) -> None:
    workspace = a_busy_workspace()
    assert count("referral", workspace) == 2_000
    assert count("event", workspace) == 10_000
    assert NOW > START
