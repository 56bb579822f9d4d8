"""Write what leaderboards count and show. The entries of a page and its mark are written together."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.leaders import Standings
from passaparola.store.ids import new_id
from passaparola.store.read.leaders import BEGUN, COUNTED, BoardMark, Some
from passaparola.store.session import Conflict, Session

_SOURCE = {
    False: "SELECT json_extract(j.value, '$[0]'), json_extract(j.value, '$[1]'), json_extract(j.value, '$[2]'),"
    " json_extract(j.value, '$[3]'), json_extract(j.value, '$[4]') FROM json_each(%(rows)s) j WHERE true",
    True: "SELECT (j.value ->> 0)::uuid, (j.value ->> 1)::uuid, (j.value ->> 2)::uuid, (j.value ->> 3)::uuid, (j.value ->> 4)::bigint"
    " FROM jsonb_array_elements(%(rows)s::jsonb) j",
}
_REPLACED = "ON CONFLICT (id) DO UPDATE SET advocate_id = excluded.advocate_id, at = excluded.at"


def begin_again(session: Session, workspace: str, program: str, by: str, serial: int) -> BoardMark:
    """Nothing is counted yet: from the first friend, and from the changes after this commit on."""
    named = {"ws": workspace, "program": program}
    session.run(
        "DELETE FROM store_boardentry WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid", **named
    )
    session.run("DELETE FROM store_board WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid", **named)
    session.run(
        "DELETE FROM store_boardmark WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid", **named
    )
    session.run(
        "INSERT INTO store_boardmark (id, workspace_id, program_id, by, serial, filled, revision) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(program)s::uuid, %(by)s, %(serial)s, %(filled)s::uuid, 0)",
        id=new_id(),
        by=by,
        serial=serial,
        filled=BEGUN,
        **named,
    )
    return BoardMark(by, serial, BEGUN, 0)


def move_mark(session: Session, workspace: str, program: str, seen: BoardMark, to: BoardMark) -> BoardMark:
    """The mark is where it was seen, and moves. Raises Conflict where another has counted meanwhile."""
    moved = session.run(
        "UPDATE store_boardmark SET serial = %(serial)s, filled = %(filled)s::uuid, revision = revision + 1"
        " WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid AND revision = %(revision)s AND by = %(by)s",
        ws=workspace,
        program=program,
        serial=to.serial,
        filled=to.filled,
        revision=seen.revision,
        by=seen.by,
    )
    if moved != 1:
        raise Conflict("another counts this leaderboard")
    return to._replace(revision=seen.revision + 1)


def count_again(session: Session, some: Some, by: str, unpaid: Sequence[int]) -> int:
    """What these referrals count by their rows, in one statement: all but those in doubt. `unpaid`: versions in which nobody counts whom
    staff entered afterwards. How many count."""
    entered = "r.touch_kind = 'organic' AND r.version = any{unpaid:bigint}"
    return session.run(
        "INSERT INTO store_boardentry (id, workspace_id, program_id, advocate_id, at)"
        f" SELECT r.id, r.workspace_id, r.program_id, r.advocate_person_id, {COUNTED[by][1]} FROM store_referral r"
        f" WHERE {some.counted} AND NOT {some.doubt} AND NOT ({entered}) {_REPLACED}",
        **some.values,
        unpaid=list(unpaid),
    )


def put_entries(session: Session, rows: Sequence[Sequence[Any]]) -> None:
    """What these referrals count: (referral, workspace, program, advocate, at)."""
    if rows:
        session.run(
            f"INSERT INTO store_boardentry (id, workspace_id, program_id, advocate_id, at) {_SOURCE[session.postgres]} {_REPLACED}",
            rows=orjson.dumps(rows).decode(),
        )


def drop_entries(session: Session, program: str, keys: Sequence[str]) -> None:
    """These referrals of the program count nothing."""
    session.run(
        "DELETE FROM store_boardentry WHERE program_id = %(program)s::uuid AND id = any{keys:uuid}",
        program=program,
        keys=list(keys),
    )


def put_board(
    session: Session, workspace: str, program: str, taken: Standings, *, earned: Mapping[str, Any], mark: BoardMark
) -> None:
    """Keep the standings of a period, instead of those that were taken before."""
    values = {
        "by": mark.by,
        "begins": taken.begins,
        "ends": taken.ends,
        "taken_at": taken.taken_at,
        "serial": mark.serial,
        "top": orjson.dumps([(who, figure, earned.get(who, [])) for who, figure in taken.top]).decode(),
        "spread": orjson.dumps(taken.spread).decode(),
    }
    sets = ", ".join(f"{name} = excluded.{name}" for name in values)
    marks = ", ".join(f"%({name})s" for name in values)
    session.run(
        f"INSERT INTO store_board (id, workspace_id, program_id, period, {', '.join(values)}) VALUES"
        f" (%(id)s::uuid, %(ws)s::uuid, %(program)s::uuid, %(period)s, {marks})"
        f" ON CONFLICT (workspace_id, program_id, period) DO UPDATE SET {sets}",
        id=new_id(),
        ws=workspace,
        program=program,
        period=taken.period,
        **values,
    )


_FORGET = "DELETE FROM store_publicname WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid}"


def put_name(session: Session, workspace: str, people: Sequence[str], values: Mapping[str, str], now: Instant) -> None:
    """`values` has name, state and reason; the first of `people` stands for all of them, and the others have none of their own. Raises
    Conflict where staff have taken their name away meanwhile."""
    session.run(f"{_FORGET} AND state = 'shown'", ws=workspace, people=list(people))
    session.run(
        "INSERT INTO store_publicname (id, workspace_id, person_id, name, state, reason, at) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(person)s::uuid, %(name)s, %(state)s, %(reason)s, %(now)s)",
        id=new_id(),
        ws=workspace,
        person=people[0],
        now=now,
        **values,
    )


def forget_names(session: Session, workspace: str, people: Sequence[str]) -> None:
    """None of these is named any more."""
    session.run(_FORGET, ws=workspace, people=list(people))
