"""Leaderboards: what is counted ahead of each referral, the standings that were taken, and who is shown by which name now."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from passaparola.domain.instant import Instant
from passaparola.domain.leaders import Standings
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.values import value
from passaparola.store.read.tallies import FOR_A_PERSON, GIVEN
from passaparola.store.session import Session

BEGUN = "0" * 32  # before the first friend
COUNTED = {  # by → which referrals may count, and when
    "conversions": (["converted"], "r.converted_at"),
    "referrals": (["bound", "converted"], "r.bound_at"),
}


class BoardMark(NamedTuple):
    """How far the entries of a program are filled. `filled`: the friend up to whom it was done; None: all were."""

    by: str
    serial: int
    filled: str | None
    revision: int


class Some(NamedTuple):
    """Referrals of one program: how a statement says which, with its values. `counted`: those that may count; `doubt`: of those the ones
    whose row does not say what they count (domain/leaders.py: in_doubt)."""

    counted: str
    doubt: str
    values: dict[str, Any]


class Known(NamedTuple):
    """What is known of somebody of the standings now: who stands for them, their public name, whether they may recommend."""

    root: str
    name: str
    suspended: bool


@value(frozen=True, slots=True)
class Naming:
    """How somebody is shown in public: by `name`, or by none; `barred`: staff took it away, because of `reason`."""

    name: str = ""
    barred: bool = False
    reason: str = ""


@value(frozen=True, slots=True)
class TakenBoard:
    """Standings with what the first of them earned in the period, and up to which commit they were counted."""

    standings: Standings
    earned: dict[str, list[tuple[str, str, int]]]  # advocate → kind, unit, minor units
    by: str
    serial: int


def mark_of(session: Session, workspace: str, program: str) -> BoardMark | None:
    """How far; None where nothing was begun."""
    rows = session.rows(
        "SELECT by, serial, filled, revision FROM store_boardmark WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid",
        ws=workspace,
        program=program,
    )
    return BoardMark(*rows[0]) if rows else None


def next_friend(session: Session, workspace: str, program: str, last: str, page: int) -> str | None:
    """The last friend of a page behind this one, in the order of their ids; None where fewer are left."""
    rows = session.rows(
        "SELECT r.friend_id FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        " AND r.friend_id > %(last)s::uuid ORDER BY r.friend_id LIMIT 1 OFFSET %(skipped)s",
        ws=workspace,
        program=program,
        last=last,
        skipped=page - 1,
    )
    return str(rows[0][0]) if rows else None


def some(by: str, doubt: Sequence[str], which: str, **values: Any) -> Some:
    """The referrals of `which`. `doubt`: what stands in the text of a state that makes the row uncertain."""
    held = {f"doubt{n}": f"%{text}%" for n, text in enumerate(doubt)} | {"taken": f"%{Reason.ANOTHER_PROGRAM}%"}
    unsure = " OR ".join(["r.refusals LIKE %(taken)s", *(f"r.state LIKE %(doubt{n})s" for n in range(len(doubt)))])
    counted = f"{which} AND r.status = any{{counted:text}}"
    return Some(counted, f"({unsure})", {**values, **held, "counted": COUNTED[by][0]})


def in_doubt(session: Session, some: Some) -> list[tuple[str, FriendState]]:
    """(referral, state) of those to be looked at one by one."""
    rows = session.rows(
        f"SELECT r.id, r.state FROM store_referral r WHERE {some.counted} AND {some.doubt}", **some.values
    )
    return [(key, load_state(state)) for key, state in rows]


def figures(
    session: Session, workspace: str, program: str, begins: Instant, ends: Instant
) -> list[tuple[str, int, Instant]]:
    """(advocate, how many, when the last came) in a period."""
    rows = session.rows(
        "SELECT advocate_id, COUNT(*), MAX(at) FROM store_boardentry WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = %(program)s::uuid AND at >= %(begins)s AND at < %(ends)s GROUP BY advocate_id",
        ws=workspace,
        program=program,
        begins=begins,
        ends=ends,
    )
    return [(advocate, int(count), int(last)) for advocate, count, last in rows]


def figure_of(
    session: Session, workspace: str, program: str, people: Sequence[str], within: tuple[Instant, Instant]
) -> int:
    """How many somebody brought in a period; `people`: all that were found to be them."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_boardentry WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
        " AND advocate_id = any{people:uuid} AND at >= %(begins)s AND at < %(ends)s",
        ws=workspace,
        program=program,
        people=list(people),
        begins=within[0],
        ends=within[1],
    )
    return int(rows[0][0])


def earned_by(
    session: Session, workspace: str, program: str, people: Sequence[str], within: tuple[Instant, Instant]
) -> dict[str, list[tuple[str, str, int]]]:
    """What these persons earned in a period as advocates, by kind and unit, less what was taken back. What waits for a person to decide
    is not earned yet."""
    given, waiting = ", ".join(f"'{s}'" for s in sorted(GIVEN)), ", ".join(f"'{r}'" for r in sorted(FOR_A_PERSON))
    rows = session.rows(
        "SELECT m.root, w.kind, w.unit, SUM(w.amount - w.reversed) FROM ("
        "SELECT p.id AS member, p.id AS root FROM store_person p WHERE p.workspace_id = %(ws)s::uuid AND p.id = any{people:uuid}"
        " UNION ALL SELECT p.id, p.alias_of_id FROM store_person p WHERE p.workspace_id = %(ws)s::uuid AND p.alias_of_id = any{people:uuid}"
        ") m JOIN store_reward w ON w.workspace_id = %(ws)s::uuid AND w.beneficiary_id = m.member"
        " WHERE w.program_id = %(program)s::uuid AND w.side = 'advocate'"
        f" AND (w.state IN ({given}) OR (w.state = 'pending' AND COALESCE(w.reason, '') NOT IN ({waiting})))"
        " AND COALESCE(w.earned_at, w.created_at) >= %(begins)s AND COALESCE(w.earned_at, w.created_at) < %(ends)s"
        " GROUP BY m.root, w.kind, w.unit ORDER BY w.unit, w.kind",
        ws=workspace,
        program=program,
        people=list(people),
        begins=within[0],
        ends=within[1],
    )
    found: dict[str, list[tuple[str, str, int]]] = {}
    for person, kind, unit, minor in rows:
        if minor > 0:
            found.setdefault(person, []).append((kind, unit, int(minor)))
    return found


def boards_of(session: Session, workspace: str, program: str, periods: Iterable[str]) -> dict[str, TakenBoard]:
    """The standings that were taken of these periods."""
    rows = session.rows(
        "SELECT period, by, begins, ends, taken_at, serial, top, spread FROM store_board WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = %(program)s::uuid AND period = any{periods:text}",
        ws=workspace,
        program=program,
        periods=list(periods),
    )
    return {row[0]: _taken(*row) for row in rows}


def _taken(
    period: str, by: str, begins: Instant, ends: Instant, at: Instant, serial: int, top: str, spread: str
) -> TakenBoard:
    first = orjson.loads(top)
    order = tuple((person, figure) for person, figure, _ in first)
    standings = Standings(period, begins, ends, at, order, tuple(map(tuple, orjson.loads(spread))))
    earned = {person: [tuple(sum_) for sum_ in sums] for person, _, sums in first}
    return TakenBoard(standings, earned, by, serial)


def known_now(session: Session, workspace: str, program: str, people: Sequence[str]) -> dict[str, Known]:
    """What is known of these now. Of those who were merged one that is suspended or barred stands for all; whoever was merged into
    somebody since is named no more."""
    rows = session.rows(
        "SELECT m.person, m.root, n.name, n.state, a.status FROM ("
        "SELECT p.id AS person, p.id AS member, COALESCE(p.alias_of_id, p.id) AS root FROM store_person p"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.id = any{people:uuid}"
        " UNION ALL SELECT p.alias_of_id, p.id, p.alias_of_id FROM store_person p"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.alias_of_id = any{people:uuid}"
        ") m LEFT JOIN store_publicname n ON n.workspace_id = %(ws)s::uuid AND n.person_id = m.member"
        " LEFT JOIN store_advocate a ON a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid AND a.person_id = m.member"
        " ORDER BY CASE WHEN m.member = m.person THEN 0 ELSE 1 END, m.member",
        ws=workspace,
        program=program,
        people=list(people),
    )
    found: dict[str, Known] = {}
    barred: set[str] = set()
    for person, root, name, state, status in rows:
        before = found.get(person, Known(root, "", False))
        barred |= {person} if state == "barred" else set()
        shown = before.name or (name or "" if root == person else "")
        found[person] = Known(root, shown, before.suspended or status == "suspended")
    return {who: known._replace(name="") if who in barred else known for who, known in found.items()}


def naming_of(session: Session, workspace: str, people: Sequence[str]) -> Naming:
    """How somebody is shown in public; `people`: all that were found to be them, the one that stands for all first."""
    rows = session.rows(
        "SELECT person_id, name, state, reason FROM store_publicname WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid}",
        ws=workspace,
        people=list(people),
    )
    rows.sort(key=lambda row: (row[2] != "barred", row[0] != people[0], row[0]))
    return Naming(rows[0][1], rows[0][2] == "barred", rows[0][3]) if rows else Naming()
