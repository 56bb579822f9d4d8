"""What SQLite itself reaches: a bare Python loop of transactions that write the rows of 128 conversions each, and nothing else.

The rows are made beforehand from a conversion that passaparola recorded, with texts of the same length and ids that ascend
as ours do; the loop only hands them over and commits, with our settings (WAL, synchronous=FULL).
"""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Any

import uuid_utils

from passaparola.config.databases import PRAGMAS

BATCH = 128
Rows = list[tuple[Any, ...]]


def connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def rate(path: Path, count: int) -> float:
    """Conversions a second of friends who are bound and have not bought yet."""
    with contextlib.closing(connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        statements, makers = _prepare(connection)
        friends = connection.execute(
            "SELECT id, friend_id, advocate_person_id FROM store_referral WHERE status = 'bound' ORDER BY created_at DESC, id DESC LIMIT ?",
            (count,),
        ).fetchall()
        if len(friends) < count:
            raise RuntimeError("too few friends were prepared")
        batches = [_rows(makers, friends[n : n + BATCH]) for n in range(0, count, BATCH)]
        connection.row_factory = None
        began = time.perf_counter()
        for batch in batches:
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in zip(statements, batch, strict=True):
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
        return count / (time.perf_counter() - began)


def _prepare(connection: sqlite3.Connection) -> tuple[list[str], list[tuple[list[dict[str, Any]], Any]]]:
    def one(statement: str, *values: Any) -> dict[str, Any]:
        return dict(connection.execute(statement, values).fetchone())

    event = one("SELECT * FROM store_event WHERE type = 'purchase' LIMIT 1")
    decision = one("SELECT * FROM store_decision WHERE event_id = ?", event["id"])
    referral = one("SELECT * FROM store_referral WHERE id = ?", decision["referral_id"])
    rewards = [
        dict(r) for r in connection.execute("SELECT * FROM store_reward WHERE referral_id = ?", (referral["id"],))
    ]
    transitions = [one("SELECT * FROM store_rewardtransition WHERE reward_id = ?", r["id"]) for r in rewards]
    transfers = [one("SELECT * FROM store_transfer WHERE reward_id = ?", r["id"]) for r in rewards]
    accounts = [one("SELECT * FROM store_account WHERE id = ?", t["credit_id"]) for t in transfers]
    outbox = one("SELECT * FROM store_outbox WHERE cause = ?", decision["cause"])
    changed = {c: v for c, v in referral.items() if c not in _KEPT_OF_REFERRAL}
    statements = [
        _insert("event", event),
        f"UPDATE store_referral SET revision = revision + 1, {', '.join(f'{c} = ?' for c in changed)} WHERE id = ? AND revision = 0",
        _insert("decision", decision),
        _insert("reward", rewards[0]),
        _insert("rewardtransition", transitions[0]),
        _insert("account", accounts[0]) + " ON CONFLICT DO NOTHING",
        _insert("transfer", transfers[0]),
        _insert("outbox", outbox),
    ]
    return statements, [
        ([event], _event), ([{**changed, "id": None}], _referral), ([decision], _decision), (rewards, _reward),
        (transitions, _transition), (accounts, _account), (transfers, _transfer), ([outbox], _outbox),
    ]  # fmt: skip


_KEPT_OF_REFERRAL = frozenset(
    {
        "id",
        "workspace_id",
        "program_id",
        "friend_id",
        "revision",
        "advocate_person_id",
        "created_at",
        "signed_up_at",
        "bound_at",
    }
)


def _insert(table: str, row: dict[str, Any]) -> str:
    return f"INSERT INTO store_{table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"


class _Friend:
    """The ids of one conversion to come."""

    def __init__(self, row: sqlite3.Row):
        self.referral, self.friend, self.advocate = row["id"], row["friend_id"], row["advocate_person_id"]
        self.event, self.decision, self.outbox = (uuid_utils.uuid7().hex for _ in range(3))
        self.reward = {side: uuid_utils.uuid7().hex for side in ("advocate", "friend")}
        self.cause = f"event:{self.event}"

    def person(self, side: str) -> Any:
        return self.advocate if side == "advocate" else self.friend


def _rows(makers: list[tuple[list[dict[str, Any]], Any]], friends: list[sqlite3.Row]) -> list[Rows]:
    found = [_Friend(row) for row in friends]
    return [
        [tuple({**t, **make(f, ("advocate", "friend")[k])}.values()) for f in found for k, t in enumerate(templates)]
        for templates, make in makers
    ]


def _event(f: _Friend, _: str) -> dict[str, Any]:
    return {"id": f.event, "external_id": f"l{f.event[-20:]}", "order_key": f"l{f.event[-20:]}", "person_id": f.friend}


def _referral(f: _Friend, _: str) -> dict[str, Any]:
    return {"id": f.referral}


def _decision(f: _Friend, _: str) -> dict[str, Any]:
    return {"id": f.decision, "cause": f.cause, "event_id": f.event, "referral_id": f.referral}


def _reward(f: _Friend, side: str) -> dict[str, Any]:
    return {"id": f.reward[side], "referral_id": f.referral, "beneficiary_id": f.person(side), "occasion": f.referral}


def _transition(f: _Friend, side: str) -> dict[str, Any]:
    return {"id": uuid_utils.uuid7().hex, "reward_id": f.reward[side], "cause": f.cause}


def _account(f: _Friend, side: str) -> dict[str, Any]:
    return {"id": f.person(side)[::-1], "person_id": f.person(side)}


def _transfer(f: _Friend, side: str) -> dict[str, Any]:
    return {
        "id": uuid_utils.uuid7().hex, "cause": f.cause, "reward_id": f.reward[side], "credit_id": f.person(side)[::-1],
    }  # fmt: skip


def _outbox(f: _Friend, _: str) -> dict[str, Any]:
    return {"id": f.outbox, "cause": f.cause}
