"""Numbers that are counted ahead, and what came since: together they are exact at every moment.

A referral with its rewards (or a reward without a referral) is a *subject*. What it adds to the tallies is kept beside them, so
that a subject that changed is counted again by the difference. Whoever reads adds what the serials behind the mark brought: events by
their batch, subjects by the decisions and steps of those batches. Visits through our links have no serial: those of the last days are
counted from the rows, with all that were confirmed, or came late, since.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson

from passaparola.domain.events.event import LINK_SOURCE
from passaparola.domain.instant import DAY, SECOND, Instant
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.kinds import KINDS, Family
from passaparola.store.ids import first_id_at, made_at
from passaparola.store.session import Row, Session

EVERYBODYS = "0" * 32  # the program of what belongs to every program
UNDATED = 0
FOR_A_PERSON = frozenset({Reason.LATE_EVENT, Reason.UNCONFIRMED, Reason.UNDONE})  # what only a person ends
GONE = frozenset({"denied", "cancelled", "reversed", "failed"})
GIVEN = frozenset({"issued", "redeemed", "expired"})
EVENTS = {"share": "shares", "visit": "visits", "purchase": "orders"}  # the visits that the firm told
_EARLIER: Instant = 60 * SECOND  # rows of a commit are made after its own id, but for clocks that are set back
_NEW = "IN (SELECT b.id FROM store_batch b WHERE b.workspace_id = %(ws)s::uuid AND b.serial > %(mark)s)"


class Key(NamedTuple):
    """Which number it is."""

    program: str
    measure: str
    day: int
    detail: str = ""
    unit: str = ""


class Part(NamedTuple):
    """What one subject adds to one number of its program."""

    measure: str
    day: int
    detail: str
    unit: str
    number: int  # how many
    minor: int


class Mark(NamedTuple):
    """How far the tallies are filled."""

    serial: int = 0
    visits_until: Instant = 0
    revision: int = 0


Sums = dict[Key, tuple[int, int]]  # count, minor units


@dataclass(slots=True)
class Subject:
    """A referral with its rewards, or a reward without one: as read, and what it adds."""

    key: str
    program: str
    parts: list[Part] = field(default_factory=list)


def mark_of(session: Session, workspace: str) -> Mark:
    """How far; the very beginning where nothing was counted yet."""
    rows = session.rows(
        "SELECT serial, visits_until, revision FROM store_tallymark WHERE workspace_id = %(ws)s::uuid", ws=workspace
    )
    return Mark(*rows[0]) if rows else Mark()


def rest(session: Session, workspace: str, mark: Mark) -> Sums:
    """What is to be added to the tallies at this moment. Inside a snapshot."""
    sums: Sums = {}
    lowest = lowest_id(session, workspace, mark)
    if lowest is not None:
        add(sums, events_since(session, workspace, mark.serial, lowest).items())
        changed = subjects_since(session, workspace, mark.serial, lowest)
        add(sums, difference(session, workspace, subjects_of(session, workspace, changed)).items())
    add(sums, visits_since(session, workspace, mark.visits_until).items())
    return {key: value for key, value in sums.items() if value != (0, 0)}


def add(sums: Sums, more: Iterable[tuple[Key, tuple[int, int]]], sign: int = 1) -> None:
    """Add it up in place."""
    for key, (count, minor) in more:
        before = sums.get(key, (0, 0))
        sums[key] = (before[0] + sign * count, before[1] + sign * minor)


def lowest_id(session: Session, workspace: str, mark: Mark) -> str | None:
    """No row of the commits behind the mark has a lower id. None: nothing was committed since."""
    rows = session.rows(
        "SELECT MIN(b.id::text) FROM store_batch b WHERE b.workspace_id = %(ws)s::uuid AND b.serial > %(mark)s",
        ws=workspace,
        mark=mark.serial,
    )
    first = rows[0][0]
    return first_id_at(made_at(first.replace("-", "")) - _EARLIER) if first else None


def events_since(session: Session, workspace: str, serial: int, lowest: str | None) -> Sums:
    """Shares, told visits and orders of the commits behind the serial. `lowest`: no event of them has a lower id; None: there is none."""
    if lowest is None:
        return {}
    rows = session.rows(
        f"SELECT COALESCE(l.program_id, '{EVERYBODYS}'::uuid), e.type, e.occurred_at / {DAY}, e.channel, COUNT(*) FROM store_event e"
        f" LEFT JOIN store_sharelink l ON l.id = e.link_id WHERE e.id >= %(lowest)s::uuid AND e.batch {_NEW} AND e.outcome = 'recorded'"
        f" AND (e.type IN ('share', 'purchase') OR (e.type = 'visit' AND e.source <> '{LINK_SOURCE}')) GROUP BY 1, 2, 3, 4",
        ws=workspace,
        mark=serial,
        lowest=lowest,
    )
    return {Key(program, EVENTS[kind], int(day), channel): (int(n), 0) for program, kind, day, channel, n in rows}


def subjects_since(session: Session, workspace: str, serial: int, lowest: str | None) -> list[str]:
    """Whose decisions or rewards' steps were committed behind the serial. `lowest`: no row of them has a lower id."""
    if lowest is None:
        return []
    rows = session.rows(
        f"SELECT d.referral_id FROM store_decision d WHERE d.id >= %(lowest)s::uuid AND d.referral_id IS NOT NULL AND d.batch {_NEW}"
        " UNION SELECT COALESCE(w.referral_id, w.id) FROM store_rewardtransition t JOIN store_reward w ON w.id = t.reward_id"
        f" WHERE t.id >= %(lowest)s::uuid AND t.batch {_NEW}",
        ws=workspace,
        mark=serial,
        lowest=lowest,
    )
    return sorted(row[0] for row in rows)


def visits_since(session: Session, workspace: str, until: Instant) -> Sums:
    """Persons' visits through our links from this moment on, and earlier ones that were confirmed, or written late, from it on."""
    begin = f" AND v.id >= '{first_id_at(until - DAY)}'::uuid" if until else ""
    late = (
        f" UNION ALL {_VISITS} AND v.confirmed_at >= %(until)s AND v.at < %(until)s GROUP BY 1, 2, 3" if until else ""
    )
    rows = session.rows(f"{_VISITS} AND v.at >= %(until)s{begin} GROUP BY 1, 2, 3{late}", ws=workspace, until=until)
    sums: Sums = {}
    add(sums, _visit_sums(rows))
    return sums


def visits_between(session: Session, workspace: str, since: Instant, until: Instant) -> Sums:
    """What is counted ahead when the mark of visits moves: all that happened, and was confirmed, before it."""
    rows = session.rows(
        f"{_VISITS} AND v.at < %(until)s AND (v.confirmed_at IS NULL OR v.confirmed_at < %(until)s)"
        " AND (v.at >= %(since)s OR v.confirmed_at >= %(since)s) GROUP BY 1, 2, 3",
        ws=workspace,
        since=since,
        until=until,
    )
    return dict(_visit_sums(rows))


_VISITS = (
    f"SELECT l.program_id, v.at / {DAY}, v.channel, COUNT(*) FROM store_visit v JOIN store_sharelink l ON l.id = v.link_id"
    " WHERE v.workspace_id = %(ws)s::uuid AND v.kind = 'person'"
)


def _visit_sums(rows: Sequence[Row]) -> Iterator[tuple[Key, tuple[int, int]]]:
    for program, day, channel, count in rows:
        yield Key(program, "clicks", int(day), channel), (int(count), 0)


# -- subjects -------------------------------------------------------------------------------------------------------------

_REFERRALS = (
    "SELECT r.id, r.program_id, r.status, r.reason, r.advocate_person_id, r.bound_at, r.signed_up_at, r.converted_at, r.paid_orders,"
    " r.qualifying_minor, r.qualifying_unit, r.qualifying_other, r.created_at FROM store_referral r"
    " WHERE r.workspace_id = %(ws)s::uuid AND r.id = any{ids:uuid}"
)
_REWARD_COLUMNS = (
    "SELECT COALESCE(w.referral_id, w.id), w.program_id, w.side, w.kind, w.unit, w.state, w.reason, w.amount, w.reversed, w.redeemed,"
    " w.expired, w.issued_at, COALESCE(w.earned_at, w.created_at), w.created_at FROM store_reward w WHERE w.workspace_id = %(ws)s::uuid"
)
_REWARDS = (
    f"{_REWARD_COLUMNS} AND w.referral_id = any{{ids:uuid}} UNION ALL {_REWARD_COLUMNS} AND w.id = any{{ids:uuid}}"
    " AND w.referral_id IS NULL"
)


def subjects_of(session: Session, workspace: str, keys: Sequence[str]) -> list[Subject]:
    """What these add to the tallies now."""
    if not keys:
        return []
    found: dict[str, Subject] = {}
    rewards: dict[str, list[Row]] = defaultdict(list)
    for row in session.rows(_REWARDS, ws=workspace, ids=list(keys)):
        rewards[row[0]].append(row[2:])
        found.setdefault(row[0], Subject(row[0], row[1]))
    for row in session.rows(_REFERRALS, ws=workspace, ids=list(keys)):
        found[row[0]] = Subject(row[0], row[1], parts_of_referral(row[2:], rewards.get(row[0], [])))
    for key, known in rewards.items():
        for reward in known:
            found[key].parts.extend(parts_of_reward(reward))
    return list(found.values())


def parts_of_referral(row: Row, rewards: Sequence[Row]) -> list[Part]:
    """What a referral adds by itself: friends by how far they came, what they bought, and for whom it counts."""
    status, reason, advocate, bound, signed_up, converted, orders, minor, unit, other, created = row
    if status == "refused":
        return [Part("refused", created // DAY, reason or "", "", 1, 0)]
    if status not in ("bound", "converted"):
        return []
    day = (bound or created) // DAY
    parts = [Part("bound", day, "", "", 1, 0)]
    if signed_up is not None:
        parts.append(Part("signups", signed_up // DAY, "", "", 1, 0))
    if orders:
        parts.append(Part("buyers", UNDATED, "", "", 1, 0))
        parts.append(Part("paid_orders", UNDATED, "", "", orders, 0))
    if status == "converted":
        day = (converted or bound or created) // DAY
        revenue = ({unit: minor} if unit else {}) | (orjson.loads(other) if other else {})
        parts += [Part("converted", day, "", "", 1, 0), Part("advocate", UNDATED, advocate, "", 1, 0)]
        parts += [Part("revenue", day, "", currency, 0, sum_) for currency, sum_ in revenue.items()]
        parts += [Part("advocate", UNDATED, advocate, currency, 0, sum_) for currency, sum_ in revenue.items()]
        issued = [reward[9] or reward[11] for reward in rewards if reward[3] in GIVEN]
        if issued:
            parts.append(Part("rewarded", min(issued) // DAY, "", "", 1, 0))
    return parts


def parts_of_reward(row: Row) -> list[Part]:
    """What a reward adds: how many by side, kind and state with their value, what is used, held and owed, and what was given when."""
    side, kind, unit, state, reason, amount, reversed_, redeemed, expired, issued, earned, created = row
    net = 0 if state in GONE else amount - reversed_
    family = KINDS[kind].family
    parts = [Part("rewards", (issued or created) // DAY, f"{state} {side} {kind}", unit, 1, net)]
    if state == "pending" and reason in FOR_A_PERSON:
        parts.append(Part("for_person", UNDATED, "", "", 1, 0))
    if net:
        parts.append(Part("given", earned // DAY, "", unit, 1, net))
    for measure, minor in (("redeemed", redeemed), ("expired", expired)):
        if minor:
            parts.append(Part(measure, UNDATED, "", unit, 0, minor))
    if family is not Family.ENTITLEMENT:
        if state == "pending" and net:
            parts.append(Part("held", UNDATED, str(family), unit, 1, net))
        open_ = net - redeemed - expired
        if state in GIVEN and open_:
            parts.append(Part("owed", UNDATED, str(family), unit, 1, open_))
    return parts


def difference(session: Session, workspace: str, subjects: Sequence[Subject]) -> Sums:
    """What these add now beyond what is in the tallies of them."""
    sums: Sums = {}
    for subject in subjects:
        add(sums, keyed(subject.program, subject.parts))
    for _, program, parts in tallied(session, workspace, [subject.key for subject in subjects]):
        add(sums, keyed(program, parts), -1)
    return sums


def keyed(program: str, parts: Iterable[Part]) -> Iterator[tuple[Key, tuple[int, int]]]:
    """The parts as numbers of a program."""
    for part in parts:
        yield Key(program, part.measure, part.day, part.detail, part.unit), (part.number, part.minor)


def tallied(session: Session, workspace: str, keys: Sequence[str]) -> Iterator[tuple[str, str, list[Part]]]:
    """(subject, program, what of it is in the tallies)."""
    if keys:
        for key, program, parts in session.rows(
            "SELECT id, program, parts FROM store_tallied WHERE workspace_id = %(ws)s::uuid AND id = any{ids:uuid}",
            ws=workspace,
            ids=list(keys),
        ):
            yield key, program, [Part(*part) for part in orjson.loads(parts)]
