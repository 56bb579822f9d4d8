"""Fill the tallies: each subject's difference with what is counted of it, in one short transaction for a page of them."""

from collections.abc import Sequence

import orjson

from passaparola.store.ids import new_id
from passaparola.store.read.tallies import Mark, Subject, Sums
from passaparola.store.session import Conflict, Session

TALLY = ("id", "workspace_id", "program", "measure", "day", "detail", "unit", "count", "minor")


def add_to_tallies(session: Session, workspace: str, sums: Sums) -> None:
    """Add these to the numbers that are counted ahead."""
    rows = [
        [new_id(), workspace, key.program, key.measure, key.day, key.detail, key.unit, count, minor]
        for key, (count, minor) in sorted(sums.items())
        if count or minor
    ]
    if not rows:
        return
    source = _SOURCE[session.postgres]
    session.run(
        f"INSERT INTO store_tally ({', '.join(TALLY)}) {source}"
        " ON CONFLICT (workspace_id, program, measure, day, detail, unit) DO UPDATE"
        " SET count = store_tally.count + excluded.count, minor = store_tally.minor + excluded.minor",
        rows=orjson.dumps(rows).decode(),
    )


_SOURCE = {
    False: "SELECT "
    + ", ".join(f"json_extract(j.value, '$[{n}]')" for n in range(9))
    + " FROM json_each(%(rows)s) j WHERE true",
    True: "SELECT (j.value ->> 0)::uuid, (j.value ->> 1)::uuid, (j.value ->> 2)::uuid, j.value ->> 3, (j.value ->> 4)::int, j.value ->> 5,"
    " j.value ->> 6, (j.value ->> 7)::bigint, (j.value ->> 8)::bigint FROM jsonb_array_elements(%(rows)s::jsonb) j",
}


def keep_tallied(session: Session, workspace: str, subjects: Sequence[Subject]) -> None:
    """What these add is in the tallies now."""
    rows = [[s.key, workspace, s.program, orjson.dumps([tuple(part) for part in s.parts]).decode()] for s in subjects]
    source = {
        False: "SELECT json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'),"
        " json_extract(j.value, '$[3]') FROM json_each(%(rows)s) j WHERE true",
        True: "SELECT (j.value ->> 0)::uuid, (j.value ->> 1)::uuid, (j.value ->> 2)::uuid, j.value ->> 3"
        " FROM jsonb_array_elements(%(rows)s::jsonb) j",
    }[session.postgres]
    if rows:
        session.run(
            f"INSERT INTO store_tallied (id, workspace_id, program, parts) {source} ON CONFLICT (id) DO UPDATE"
            " SET program = excluded.program, parts = excluded.parts",
            rows=orjson.dumps(rows).decode(),
        )


def move_mark(session: Session, workspace: str, seen: Mark, to: Mark) -> Mark:
    """The mark is where it was seen, and moves. Raises Conflict where another has filled meanwhile."""
    session.run(
        "INSERT INTO store_tallymark (id, workspace_id, serial, visits_until, revision) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, 0, 0, 0) ON CONFLICT (workspace_id) DO NOTHING",
        id=new_id(),
        ws=workspace,
    )
    moved = session.run(
        "UPDATE store_tallymark SET serial = %(serial)s, visits_until = %(until)s, revision = revision + 1"
        " WHERE workspace_id = %(ws)s::uuid AND revision = %(revision)s",
        ws=workspace,
        serial=to.serial,
        until=to.visits_until,
        revision=seen.revision,
    )
    if moved != 1:
        raise Conflict("another has filled the tallies")
    return Mark(to.serial, to.visits_until, seen.revision + 1)
