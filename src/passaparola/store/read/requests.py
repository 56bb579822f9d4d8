"""Referrals that somebody asks for: the requests themselves, who goes by a name, and what speaks for a missing referral."""

from collections.abc import Iterable, Mapping, Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.values import value
from passaparola.store.session import Session


@value(frozen=True, slots=True)
class RequestRow:
    """One request. `friend`, `friend_name`, `said` and `words` are there until it is decided."""

    id: str
    workspace: str
    program: str
    kind: str
    state: str
    reason: str
    found: str
    known_as: str
    friend: str
    friend_mac: str
    friend_name: str
    said: str
    words: str
    person: str | None
    language: str
    came_at: Instant
    created_at: Instant
    decided_at: Instant | None


@value(frozen=True, slots=True)
class Seen:
    """What is known of the friend of a request, for staff only: an event, or a visit through a link of the advocate's."""

    what: str
    at: Instant
    amount: int | None = None
    unit: str = ""


@value(frozen=True, slots=True)
class Standing:
    """A friend in a program: bound to somebody, or why not."""

    referral: str
    advocate: str | None
    reason: str | None
    bound_at: Instant | None


_COLUMNS = (
    "id, workspace_id, program_id, kind, state, reason, found, known_as, friend, friend_mac, friend_name, said, words, person_id,"
    " language, came_at, created_at, decided_at"
)
_WS = "workspace_id = %(ws)s::uuid"
_LATEST = "ORDER BY id DESC LIMIT %(limit)s"


def request_by_id(session: Session, key: str) -> RequestRow | None:
    """A request of whatever workspace, which only a signed word or its workspace's own page names."""
    rows = session.rows(f"SELECT {_COLUMNS} FROM store_referralrequest WHERE id = %(id)s::uuid", id=key)
    return RequestRow(*rows[0]) if rows else None


def program_slug(session: Session, workspace: str, program: str) -> str:
    """The slug of a program; empty where there is none of this id."""
    rows = session.rows(f"SELECT slug FROM store_program WHERE {_WS} AND id = %(id)s::uuid", ws=workspace, id=program)
    return str(rows[0][0]) if rows else ""


def requests_in(
    session: Session, workspace: str, states: Iterable[str], *, limit: int, before: str | None = None
) -> list[RequestRow]:
    """Requests in these states, the newest first; those older than `before`."""
    older = " AND id < %(before)s::uuid" if before else ""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_referralrequest WHERE {_WS} AND state = any{{states:text}}{older} {_LATEST}",
        ws=workspace,
        states=sorted(states),
        limit=limit,
        **({"before": before} if before else {}),
    )
    return [RequestRow(*row) for row in rows]


def requests_to_match(session: Session, workspace: str, limit: int) -> list[RequestRow]:
    """Friends who have confirmed their address and whose advocate nobody has looked for, the oldest first."""
    where = f"{_WS} AND state = 'new' ORDER BY id LIMIT %(limit)s"
    rows = session.rows(f"SELECT {_COLUMNS} FROM store_referralrequest WHERE {where}", ws=workspace, limit=limit)
    return [RequestRow(*row) for row in rows]


def asked_of(session: Session, workspace: str, people: Sequence[str], limit: int) -> list[RequestRow]:
    """Friends who named these people and wait for their answer, the newest first."""
    return _of(session, workspace, people, limit, "kind = 'named' AND state = 'asked'")


def missed_by(session: Session, workspace: str, people: Sequence[str], limit: int) -> list[RequestRow]:
    """What these people asked themselves, the newest first."""
    return _of(session, workspace, people, limit, "kind = 'missing'")


def _of(session: Session, workspace: str, people: Sequence[str], limit: int, which: str) -> list[RequestRow]:
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_referralrequest WHERE {_WS} AND person_id = any{{people:uuid}} AND {which} {_LATEST}",
        ws=workspace,
        people=list(people),
        limit=limit,
    )
    return [RequestRow(*row) for row in rows]


def asked_since(session: Session, workspace: str, *, friend_mac: str, since: Instant) -> int:
    """How many requests there are about this friend since then."""
    rows = session.rows(
        f"SELECT COUNT(*) FROM store_referralrequest WHERE {_WS} AND friend_mac = %(mac)s AND created_at >= %(since)s",
        ws=workspace,
        mac=friend_mac,
        since=since,
    )
    return int(rows[0][0])


def asked_of_since(session: Session, workspace: str, people: Sequence[str], kind: str, since: Instant) -> int:
    """How many requests of a kind there are of these people since then."""
    rows = session.rows(
        f"SELECT COUNT(*) FROM store_referralrequest WHERE {_WS} AND person_id = any{{people:uuid}} AND kind = %(kind)s"
        " AND created_at >= %(since)s",
        ws=workspace,
        people=list(people),
        kind=kind,
        since=since,
    )
    return int(rows[0][0])


def requests_cut_off(session: Session, workspace: str, before: Instant, limit: int) -> list[RequestRow]:
    """Requests whose settling began before this moment and has not come to its end, the oldest first."""
    rows = session.rows(
        f"SELECT {_COLUMNS} FROM store_referralrequest WHERE {_WS} AND state IN ('asked', 'open', 'unmatched')"
        " AND decided_at < %(before)s ORDER BY id LIMIT %(limit)s",
        ws=workspace,
        before=before,
        limit=limit,
    )
    return [RequestRow(*row) for row in rows]


def requests_over(
    session: Session, workspace: str, ends: Mapping[str, Instant], cut_off: Instant, limit: int
) -> list[tuple[str, str]]:
    """(id, state) of requests that were made before the moment at which those of their state end, and that nobody settles.

    `cut_off`: a settling that began before is one no more.
    """
    over = " OR ".join(f"(state = '{state}' AND created_at < %({state})s)" for state in ends)
    where = f"{_WS} AND ({over}) AND (decided_at IS NULL OR decided_at < %(cut_off)s) ORDER BY id LIMIT %(limit)s"
    given = {**ends, "cut_off": cut_off, "limit": limit}
    rows = session.rows(f"SELECT id, state FROM store_referralrequest WHERE {where}", ws=workspace, **given)
    return [(str(key), str(state)) for key, state in rows]


# -- who was named ----------------------------------------------------------------------------------------------------------

_TAKE_PART = (
    "SELECT DISTINCT COALESCE(p.alias_of_id, p.id) FROM store_advocate a"
    " JOIN store_person p ON p.id = a.person_id AND p.workspace_id = a.workspace_id"
)
_ACTIVE = "a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid AND a.status = 'active'"


def advocates_named(session: Session, workspace: str, program: str, key: str, limit: int) -> list[str]:
    """Who of the program's advocates goes by this name (domain/people/name_key.py); each the one who stands for merged ones."""
    rows = session.rows(
        f"{_TAKE_PART} JOIN store_namekey n ON n.workspace_id = p.workspace_id AND n.person_id = p.id"
        f" WHERE {_ACTIVE} AND n.key = %(key)s ORDER BY 1 LIMIT %(limit)s",
        ws=workspace,
        program=program,
        key=key,
        limit=limit,
    )
    return [str(row[0]) for row in rows]


def advocates_by_address(session: Session, workspace: str, program: str, address: str) -> list[str]:
    """Who of the program's advocates is known by this e-mail address."""
    rows = session.rows(
        f"{_TAKE_PART} JOIN store_identity i ON i.workspace_id = p.workspace_id AND i.person_id = COALESCE(p.alias_of_id, p.id)"
        f" WHERE {_ACTIVE} AND i.kind = 'email' AND i.value = %(address)s",
        ws=workspace,
        program=program,
        address=address,
    )
    return [str(row[0]) for row in rows]


def advocates_by_code(session: Session, workspace: str, program: str, code: str) -> list[str]:
    """Whose code this is, in the program."""
    rows = session.rows(
        f"{_TAKE_PART} JOIN store_sharelink l ON l.workspace_id = a.workspace_id AND l.program_id = a.program_id"
        f" AND l.person_id = a.person_id WHERE {_ACTIVE} AND l.active AND l.code = %(code)s",
        ws=workspace,
        program=program,
        code=code,
    )
    return [str(row[0]) for row in rows]


# -- what speaks for it -----------------------------------------------------------------------------------------------------


def visits_near(session: Session, workspace: str, people: Sequence[str], begin: Instant, end: Instant) -> int:
    """How often links of these people were opened by what looks like a person, between two moments."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_visit v JOIN store_sharelink l ON l.id = v.link_id AND l.workspace_id = v.workspace_id"
        " WHERE v.workspace_id = %(ws)s::uuid AND l.person_id = any{people:uuid} AND v.kind <> 'machine'"
        " AND v.at >= %(begin)s AND v.at < %(end)s",
        ws=workspace,
        people=list(people),
        begin=begin,
        end=end,
    )
    return int(rows[0][0])


def seen_of(session: Session, workspace: str, people: Sequence[str], limit: int) -> list[Seen]:
    """The first sign-ups and orders of these people."""
    rows = session.rows(
        "SELECT type, occurred_at, amount_minor, unit FROM store_event WHERE workspace_id = %(ws)s::uuid"
        " AND person_id = any{people:uuid} AND type = any{types:text} ORDER BY occurred_at, id LIMIT %(limit)s",
        ws=workspace,
        people=list(people),
        types=["signup", "purchase"],
        limit=limit,
    )
    return [Seen(what, at, amount, unit or "") for what, at, amount, unit in rows]


def referral_of(session: Session, workspace: str, program: str, people: Sequence[str]) -> Standing | None:
    """How a friend stands in the program; None where nobody brought them."""
    rows = session.rows(
        "SELECT id, advocate_person_id, reason, bound_at FROM store_referral WHERE workspace_id = %(ws)s::uuid"
        " AND program_id = %(program)s::uuid AND friend_id = any{people:uuid} AND status <> 'merged'"
        " ORDER BY CASE WHEN advocate_person_id IS NULL THEN 1 ELSE 0 END, id LIMIT 1",
        ws=workspace,
        program=program,
        people=list(people),
    )
    return Standing(*rows[0]) if rows else None
