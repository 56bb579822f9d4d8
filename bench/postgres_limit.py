"""What PostgreSQL itself reaches: pgbench calls one plpgsql function that writes the rows of one conversion.

The function is made from a conversion that passaparola recorded: the same rows in the same tables with texts of the same
length, ids that ascend as ours do. It updates the friend's referral and no row that is shared by all: no counter, no serial,
and no batch row, of which we write one for some thirty conversions.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

CLIENTS = 32
TABLES = ("event", "decision", "reward", "rewardtransition", "transfer", "outbox", "account", "batch")
FRIENDS = """
CREATE TABLE bench_friend AS
SELECT (row_number() OVER (ORDER BY r.created_at, r.id))::int AS n,
  r.id AS referral, r.friend_id AS friend, r.advocate_person_id AS advocate
FROM store_referral r WHERE r.status = 'bound';
ALTER TABLE bench_friend ADD PRIMARY KEY (n);
CREATE SEQUENCE bench_next CACHE 20;
"""
HEAD = """
CREATE FUNCTION bench_conversion() RETURNS int LANGUAGE plpgsql AS $body$
DECLARE
  k int := nextval('bench_next');
  f bench_friend%ROWTYPE;
  base text;
  touched int;
BEGIN
  SELECT * INTO STRICT f FROM bench_friend WHERE n = k;
  base := lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(k), 17, '0');
"""


def row_counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows in each table that a conversion writes to; for referrals those that are converted."""
    counts = {}
    for table in TABLES:
        counts[table] = _one(connection, f"SELECT count(*) FROM store_{table}")
    counts["referral converted"] = _one(connection, "SELECT count(*) FROM store_referral WHERE status = 'converted'")
    return counts


def _one(connection: psycopg.Connection[Any], statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0


def install(connection: psycopg.Connection[Any]) -> None:
    """Make the function from the one conversion that the database holds already."""
    event = _rows(connection, "SELECT * FROM store_event WHERE type = 'purchase'")[0]
    decision = _rows(connection, f"SELECT * FROM store_decision WHERE event_id = '{event['id']}'")[0]
    referral = _rows(connection, f"SELECT * FROM store_referral WHERE id = '{decision['referral_id']}'")[0]
    rewards = _rows(connection, f"SELECT * FROM store_reward WHERE referral_id = '{referral['id']}' ORDER BY id")
    statements = [_insert("event", event, _EVENT)]
    changed = {c: v for c, v in referral.items() if c not in _KEPT_OF_REFERRAL}
    sets = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(c), sql.Literal(v)) for c, v in changed.items())
    statements.append(
        sql.SQL("UPDATE store_referral SET revision = revision + 1, {} WHERE id = f.referral AND revision = 0").format(
            sets
        )
    )
    statements.append(sql.SQL("GET DIAGNOSTICS touched = ROW_COUNT; ASSERT touched = 1"))
    statements.append(_insert("decision", decision, _DECISION))
    for k, reward in enumerate(rewards):
        statements += _of_reward(connection, reward, k)
    outbox = _rows(connection, f"SELECT * FROM store_outbox WHERE cause = '{decision['cause']}'")[0]
    statements.append(_insert("outbox", outbox, {"id": _id("0a"), "cause": _CAUSE}))
    body = sql.SQL(";\n  ").join(statements)
    connection.execute(FRIENDS)
    connection.execute(sql.SQL(HEAD) + body + sql.SQL(";\n  RETURN k;\nEND $body$"))
    connection.commit()


def _of_reward(connection: psycopg.Connection[Any], reward: dict[str, Any], k: int) -> list[sql.Composable]:
    side = "f.advocate" if reward["side"] == "advocate" else "f.friend"
    mine = {
        "id": _id(f"1{k}"),
        "referral_id": "f.referral",
        "beneficiary_id": side,
        "occasion": "replace(f.referral::text, '-', '')",
    }
    transition = _rows(connection, f"SELECT * FROM store_rewardtransition WHERE reward_id = '{reward['id']}'")[0]
    transfer = _rows(connection, f"SELECT * FROM store_transfer WHERE reward_id = '{reward['id']}'")[0]
    account = _rows(connection, f"SELECT * FROM store_account WHERE id = '{transfer['credit_id']}'")[0]
    theirs = f"md5({side}::text || 'credit')::uuid"
    accounts = _insert("account", account, {"id": theirs, "person_id": side}) + sql.SQL(" ON CONFLICT DO NOTHING")
    moved = {"id": _id(f"3{k}"), "cause": _CAUSE, "reward_id": _id(f"1{k}"), "credit_id": theirs}
    return [
        _insert("reward", reward, mine),
        _insert("rewardtransition", transition, {"id": _id(f"2{k}"), "reward_id": _id(f"1{k}"), "cause": _CAUSE}),
        accounts,
        _insert("transfer", transfer, moved),
    ]


def _id(tail: str) -> str:
    return f"(base || '{tail}')::uuid"


_CAUSE = "'event:' || base || '01'"
_EVENT = {
    "id": _id("01"),
    "external_id": "'l' || k",
    "order_key": "'l' || k",
    "person_id": "f.friend",
    "content_hash": "md5(base)",
}
_DECISION = {"id": _id("02"), "cause": _CAUSE, "event_id": _id("01"), "referral_id": "f.referral"}
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


def _rows(connection: psycopg.Connection[Any], statement: str) -> list[dict[str, Any]]:
    cursor = connection.execute(statement)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _insert(table: str, row: dict[str, Any], own: dict[str, str]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join(sql.SQL(own[c]) if c in own else sql.Literal(v) for c, v in row.items())
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(f"store_{table}"), names, values)


def pgbench(binaries: Path, url: str, seconds: int, folder: Path) -> tuple[float, int]:
    """Conversions a second, and how many in all."""
    script = folder / "conversion.sql"
    script.write_text("SELECT bench_conversion();\n")
    command = [binaries / "pgbench", "-n", "-M", "prepared", "-c", CLIENTS, "-j", "2", "-T", seconds, "-f", script, url]
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, env=os.environ)
    processed = re.search(r"number of transactions actually processed: (\d+)", done.stdout)
    rate = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    if done.returncode or not processed or not rate:
        raise RuntimeError(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(rate[1]), int(processed[1])
