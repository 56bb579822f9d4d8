"""(c) A shop with very many referred friends: recorded ones are copied set-based, so that half a million take a minute."""

import psycopg

from bench import ground

# Each copy of an id is moved back in time, so that ids still ascend: the first 48 bits of a UUIDv7 are milliseconds.
STEP_MS = 3_600_000
FUNCTION = f"""
CREATE FUNCTION bench_moved(id uuid, k int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(('x' || substr(replace(id::text, '-', ''), 1, 12))::bit(48)::bigint - k::bigint * {STEP_MS}), 12, '0')
    || substr(replace(id::text, '-', ''), 13))::uuid
$$
"""
# Table → how the columns of a copy differ. What a conversion of another friend never reads is left as it is.
COPIED: dict[str, dict[str, str]] = {
    "person": {},
    "identity": {"value": "t.value || '-' || k", "person_id": "bench_moved(t.person_id, k)"},
    "advocate": {"person_id": "bench_moved(t.person_id, k)"},
    "sharelink": {
        "person_id": "bench_moved(t.person_id, k)",
        "slug": "t.slug || '-' || k",
        "code": "t.code || '-' || k",
    },
    "event": {
        "external_id": "t.external_id || '-' || k",
        "person_id": "bench_moved(t.person_id, k)",
        "other_person_id": "bench_moved(t.other_person_id, k)",
    },
    "referral": {
        "friend_id": "bench_moved(t.friend_id, k)",
        "advocate_person_id": "bench_moved(t.advocate_person_id, k)",
    },
    "decision": {"event_id": "bench_moved(t.event_id, k)", "referral_id": "bench_moved(t.referral_id, k)"},
    "outbox": {},
}


def open_large_shop(database: ground.Database, friends: int, recorded: int) -> str:
    """A shop whose first `recorded` friends were recorded and the others copied from them. Returns the workspace."""
    with database.use():
        workspace = ground.open_shop(recorded)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(FUNCTION)
        for table, changed in COPIED.items():
            _copy(connection, table, changed, friends // recorded - 1)
        connection.execute("VACUUM ANALYZE")
        found = connection.execute("SELECT COUNT(*) FROM store_referral WHERE status = 'bound'").fetchone()
    if found is None or found[0] != friends // recorded * recorded:
        raise RuntimeError(f"{found} friends instead of {friends}")
    return workspace


def _copy(
    connection: "psycopg.Connection[tuple[object, ...]]", table: str, changed: dict[str, str], copies: int
) -> None:
    cursor = connection.execute(f"SELECT * FROM store_{table} LIMIT 0")
    columns = [column.name for column in cursor.description or ()]
    own = {"id": "bench_moved(t.id, k)", **changed}
    values = ", ".join(own.get(column, f"t.{column}") for column in columns)
    connection.execute(
        f"INSERT INTO store_{table} ({', '.join(columns)}) SELECT {values} FROM generate_series({copies}, 1, -1) k"
        f" CROSS JOIN LATERAL (SELECT * FROM store_{table} ORDER BY id) t"
    )
