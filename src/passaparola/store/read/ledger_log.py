"""The log: outside events, acts and due times, one commit after another by serial, each with what is needed to do it again.

Our generated ids mean nothing in another database. Persons keep theirs, which are not personal data; rewards, programs and links are
named by what they are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from passaparola.domain.events.event import Event
from passaparola.domain.instant import Instant
from passaparola.store.read.discrepancies import id_in
from passaparola.store.session import Row, Session

PAGE = 200
HEX_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")


class RewardName(NamedTuple):
    """The natural key of a reward. Where the occasion begins with the referral's id, `friend` stands for it, `occasion` is the rest."""

    program: str  # its slug
    rule: str
    side: str
    beneficiary: str
    occasion: str
    friend: str | None


class LinkName(NamedTuple):
    """A person's n-th link in a program, the first is 0."""

    program: str
    person: str
    ordinal: int


class AdvocateName(NamedTuple):
    """A person's part in a program."""

    program: str
    person: str


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event as it was decided. Its persons are our ids, its link is named apart."""

    event: Event
    link: str | None
    now: Instant
    until_due: bool
    late: bool


@dataclass(frozen=True, slots=True)
class LoggedAct:
    """What an operator, a checkout or the clock did."""

    id: str
    actor: str
    verb: str
    subject: str
    input: Mapping[str, Any]
    at: Instant


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit had from outside, in its order, and the names of what that refers to."""

    serial: int
    events: tuple[LoggedEvent, ...]
    acts: tuple[LoggedAct, ...]
    due: tuple[Instant, ...]  # the time of each reward whose hold or life ended in it
    people: frozenset[str]
    rewards: Mapping[str, RewardName]
    links: Mapping[str, LinkName]
    advocates: Mapping[str, AdvocateName]


def read_log(session: Session, workspace: str) -> Iterator[Commit]:
    """Every commit that had something from outside, by serial, read a page at a time."""
    last = 0
    while batches := session.rows(
        "SELECT id, serial FROM store_batch WHERE workspace_id = %(ws)s::uuid AND serial > %(last)s ORDER BY serial LIMIT %(page)s",
        ws=workspace,
        last=last,
        page=PAGE,
    ):
        yield from _page(session, workspace, batches)
        last = batches[-1][1]


def logged(session: Session, workspace: str) -> int:
    """How many events and acts there are."""
    tables = ("store_event", "store_act")
    found = [session.rows(f"SELECT COUNT(*) FROM {t} WHERE workspace_id = %(ws)s::uuid", ws=workspace) for t in tables]
    return sum(int(rows[0][0]) for rows in found)


def _page(session: Session, workspace: str, batches: list[Row]) -> Iterator[Commit]:
    keys = [key for key, _ in batches]
    events, acts, due = _events(session, keys), _acts(session, keys), _due(session, keys)
    said = {key: {e.link for e in events.get(key, ()) if e.link} | _ids(acts.get(key, ())) for key in keys}
    wanted = {found for ids in said.values() for found in ids}
    rewards, links = reward_names(session, workspace, wanted), _link_names(session, workspace, wanted)
    advocates, people = _advocate_names(session, workspace, wanted), _people(session, workspace, wanted)
    for key, serial in batches:
        if key not in events and key not in acts and key not in due:
            continue
        mine = said[key]
        named = _of_events(events.get(key, ())) | (mine & people)
        yield Commit(
            serial,
            tuple(events.get(key, ())),
            tuple(acts.get(key, ())),
            tuple(due.get(key, ())),
            frozenset(named),
            {k: rewards[k] for k in mine if k in rewards},
            {k: links[k] for k in mine if k in links},
            {k: advocates[k] for k in mine if k in advocates},
        )


def _events(session: Session, batches: list[str]) -> dict[str, list[LoggedEvent]]:
    rows = session.rows(
        "SELECT batch, source, external_id, type, occurred_at, person_id, other_person_id, visit_ref, order_key, refund_key, amount_minor,"
        " unit, channel, customer_since, only_date, link_id, decided_at, until_due, late, item, stage, facts"
        " FROM store_event WHERE batch = any{batches:uuid}"
        " ORDER BY batch, position",
        batches=batches,
    )
    found: dict[str, list[LoggedEvent]] = {}
    for batch, source, key, kind, at, person, other, *rest in rows:
        (
            visit,
            order,
            refund,
            amount,
            unit,
            channel,
            since,
            only_date,
            link,
            now,
            until_due,
            late,
            item,
            stage,
            facts,
        ) = rest
        own, second = _person(person), _person(other)
        event = Event(
            source, key, kind, at, own, second if kind == "share" else (), () if kind == "share" else second, None, visit, order, refund,
            amount, unit, channel, since, bool(only_date), item=item or "", stage=stage or "",
            facts=tuple(sorted(orjson.loads(facts).items())) if facts else (),
        )  # fmt: skip
        found.setdefault(batch, []).append(LoggedEvent(event, link, now, bool(until_due), bool(late)))
    return found


def _person(key: str | None) -> tuple[tuple[str, str], ...]:
    return (("person", key),) if key else ()


def _of_events(events: Iterable[LoggedEvent]) -> set[str]:
    return {key for e in events for _, key in e.event.person + e.event.to + e.event.referred_by}


def _acts(session: Session, batches: list[str]) -> dict[str, list[LoggedAct]]:
    rows = session.rows(
        "SELECT batch, id, actor, verb, subject, input, at FROM store_act WHERE batch = any{batches:uuid} ORDER BY id",
        batches=batches,
    )
    found: dict[str, list[LoggedAct]] = {}
    for batch, key, actor, verb, subject, given, at in rows:
        found.setdefault(batch, []).append(LoggedAct(key, actor, verb, subject, orjson.loads(given), at))
    return found


def _due(session: Session, batches: list[str]) -> dict[str, list[Instant]]:
    """The due times that a commit let come, by the transfers they caused."""
    rows = session.rows(
        "SELECT DISTINCT batch, cause FROM store_transfer WHERE batch = any{batches:uuid} AND substr(cause, 1, 4) = 'due:'",
        batches=batches,
    )
    found: dict[str, list[Instant]] = {}
    for batch, cause in rows:
        found.setdefault(batch, []).append(int(cause.rpartition(":")[2]))
    return found


def _ids(acts: Iterable[LoggedAct]) -> set[str]:
    """Whatever looks like an id of ours in what acts say."""
    return {found for act in acts for text in _texts(act) for found in HEX_ID.findall(text)}


def _texts(act: LoggedAct) -> Iterator[str]:
    yield act.subject
    for name, value in act.input.items():
        if name != "document":
            yield value if isinstance(value, str) else orjson.dumps(value).decode()


def reward_names(session: Session, workspace: str, ids: Iterable[str]) -> dict[str, RewardName]:
    """The natural keys of these rewards; what is no reward is left out."""
    rows = session.rows(
        "SELECT r.id, p.slug, r.rule, r.side, r.beneficiary_id, r.occasion, f.friend_id FROM store_reward r"
        " JOIN store_program p ON p.id = r.program_id LEFT JOIN store_referral f ON f.workspace_id = r.workspace_id"
        f" AND f.id = {id_in(session, 'r.occasion', 1)}"
        " WHERE r.workspace_id = %(ws)s::uuid AND r.id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return {
        key: RewardName(slug, rule, side, person, occasion[32:] if friend else occasion, friend)
        for key, slug, rule, side, person, occasion, friend in rows
    }


def _advocate_names(session: Session, workspace: str, ids: Iterable[str]) -> dict[str, AdvocateName]:
    rows = session.rows(
        "SELECT a.id, p.slug, a.person_id FROM store_advocate a JOIN store_program p ON p.id = a.program_id"
        " WHERE a.workspace_id = %(ws)s::uuid AND a.id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return {key: AdvocateName(slug, person) for key, slug, person in rows}


def _people(session: Session, workspace: str, ids: Iterable[str]) -> set[str]:
    rows = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return {row[0] for row in rows}


def _link_names(session: Session, workspace: str, ids: Iterable[str]) -> dict[str, LinkName]:
    rows = session.rows(
        "SELECT l.id, p.slug, l.person_id, (SELECT COUNT(*) FROM store_sharelink o WHERE o.workspace_id = l.workspace_id"
        " AND o.program_id = l.program_id AND o.person_id = l.person_id AND o.id < l.id) FROM store_sharelink l"
        " JOIN store_program p ON p.id = l.program_id WHERE l.workspace_id = %(ws)s::uuid AND l.id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(ids),
    )
    return {key: LinkName(slug, person, ordinal) for key, slug, person, ordinal in rows}


# -- the other way: what these names mean in this database --------------------------------------------------------------


def program_named(session: Session, workspace: str, slug: str) -> str | None:
    """The id of a program."""
    rows = session.rows(
        "SELECT id FROM store_program WHERE workspace_id = %(ws)s::uuid AND slug = %(slug)s", ws=workspace, slug=slug
    )
    return rows[0][0] if rows else None


def reward_named(session: Session, workspace: str, name: RewardName) -> str | None:
    """The id of a reward."""
    occasion = name.occasion
    program = program_named(session, workspace, name.program)
    if name.friend:
        found = session.rows(
            "SELECT id FROM store_referral WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid"
            " AND friend_id = %(friend)s::uuid",
            ws=workspace,
            program=program,
            friend=name.friend,
        )
        occasion = f"{found[0][0]}{occasion}" if found else ""
    rows = session.rows(
        "SELECT id FROM store_reward WHERE workspace_id = %(ws)s::uuid AND program_id = %(program)s::uuid AND rule = %(rule)s"
        " AND side = %(side)s AND beneficiary_id = %(person)s::uuid AND occasion = %(occasion)s",
        ws=workspace,
        program=program,
        rule=name.rule,
        side=name.side,
        person=name.beneficiary,
        occasion=occasion,
    )
    return rows[0][0] if rows else None


def link_named(session: Session, workspace: str, name: LinkName) -> tuple[str, str] | None:
    """The id and the code of a link."""
    rows = session.rows(
        "SELECT l.id, l.code FROM store_sharelink l JOIN store_program p ON p.id = l.program_id WHERE l.workspace_id = %(ws)s::uuid"
        " AND p.slug = %(slug)s AND l.person_id = %(person)s::uuid ORDER BY l.id LIMIT 1 OFFSET %(ordinal)s",
        ws=workspace,
        slug=name.program,
        person=name.person,
        ordinal=name.ordinal,
    )
    return (rows[0][0], rows[0][1]) if rows else None


def advocate_named(session: Session, workspace: str, name: AdvocateName) -> str | None:
    """The id of an advocate."""
    rows = session.rows(
        "SELECT a.id FROM store_advocate a JOIN store_program p ON p.id = a.program_id WHERE a.workspace_id = %(ws)s::uuid"
        " AND p.slug = %(slug)s AND a.person_id = %(person)s::uuid",
        ws=workspace,
        slug=name.program,
        person=name.person,
    )
    return rows[0][0] if rows else None


def voucher_code_of(session: Session, workspace: str, reward: str) -> str | None:
    """The code of a reward's voucher."""
    rows = session.rows(
        "SELECT code FROM store_voucher WHERE workspace_id = %(ws)s::uuid AND reward_id = %(reward)s::uuid",
        ws=workspace,
        reward=reward,
    )
    return rows[0][0] if rows else None


def verbs(session: Session, workspace: str) -> list[str]:
    """Every kind of act that was ever done."""
    rows = session.rows(
        "SELECT DISTINCT verb FROM store_act WHERE workspace_id = %(ws)s::uuid ORDER BY verb", ws=workspace
    )
    return [row[0] for row in rows]
