"""What is owed until it is handed over, and what was: the lines of payouts, of the payroll and of parcels."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import PAYABLES
from passaparola.domain.values import value
from passaparola.store.read.discrepancies import Discrepancy, discrepancies, texts
from passaparola.store.session import Session

PAGE = 500


class HandoverRow(NamedTuple):
    """One payout line as stored."""

    id: str
    amount: int
    reference: str
    revision: int


class OwedRow(NamedTuple):
    """A reward that is to be handed over."""

    reward: str
    program: str  # its slug
    rule: str
    version: int
    program_id: str
    person: str
    kind: str
    unit: str
    amount: int
    issued_at: Instant
    details: str


def last_handover(session: Session, workspace: str, reward: str) -> HandoverRow | None:
    """The latest line of this reward that stands."""
    rows = session.rows(
        "SELECT id, amount, reference, revision FROM store_handover WHERE workspace_id = %(ws)s::uuid AND reward_id = %(reward)s::uuid"
        " AND state = 'handed_over' ORDER BY before DESC LIMIT 1",
        ws=workspace,
        reward=reward,
    )
    return HandoverRow(*rows[0]) if rows else None


def details_of(session: Session, workspace: str, rewards: Iterable[str]) -> dict[str, str]:
    """Reward → what its person told us, as JSON."""
    rows = session.rows(
        "SELECT reward_id, details FROM store_rewarddetail WHERE workspace_id = %(ws)s::uuid AND reward_id = any{ids:uuid}",
        ws=workspace,
        ids=sorted(rewards),
    )
    return dict(rows)


_LEFT = "r.amount - r.reversed - r.reserved - r.redeemed - r.expired"
_OWED = (
    " WHERE r.workspace_id = %(ws)s::uuid AND r.state = 'issued' AND r.kind = any{kinds:text} AND r.issued_at <= %(until)s"
    " AND r.amount > r.reversed + r.reserved + r.redeemed + r.expired"
)


def owed_rows(
    session: Session, workspace: str, kinds: Iterable[str], *, until: Instant, after: str = "", limit: int = PAGE
) -> list[OwedRow]:
    """Issued rewards of these kinds of which something is to be handed over, issued by `until`, by id after `after`."""
    rows = session.rows(
        f"SELECT r.id, p.slug, r.rule, r.version, r.program_id, COALESCE(b.alias_of_id, b.id), r.kind, r.unit, {_LEFT}, r.issued_at,"
        " COALESCE(d.details, '') FROM store_reward r"
        " JOIN store_program p ON p.id = r.program_id JOIN store_person b ON b.id = r.beneficiary_id"
        " LEFT JOIN store_rewarddetail d ON d.workspace_id = r.workspace_id AND d.reward_id = r.id"
        f"{_OWED} AND r.id > %(after)s::uuid ORDER BY r.id LIMIT %(limit)s",
        ws=workspace,
        kinds=sorted(kinds),
        until=until,
        after=after or "0" * 32,
        limit=limit,
    )
    return [OwedRow(*row) for row in rows]


def owed_totals(
    session: Session, workspace: str, kinds: Iterable[str], *, until: Instant
) -> list[tuple[str, int, int]]:
    """Of the same: each unit, how much of it, and how many rewards."""
    rows = session.rows(
        f"SELECT r.unit, SUM({_LEFT}), COUNT(*) FROM store_reward r{_OWED} GROUP BY r.unit ORDER BY r.unit",
        ws=workspace,
        kinds=sorted(kinds),
        until=until,
    )
    return [(unit, int(amount), int(count)) for unit, amount, count in rows]


class OwedMove(NamedTuple):
    """One posted transfer of a payable account, seen from the person: above zero when more is owed."""

    at: Instant
    purpose: str
    program: str
    kind: str
    reward: str
    reference: str
    unit: str
    amount: int


_SIGNED = "CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END"
_OWN = (
    " FROM store_account a JOIN store_transfer t ON a.id IN (t.debit_id, t.credit_id) AND t.workspace_id = a.workspace_id"
    " AND t.kind IN ('single', 'post', 'reversal')"
)
_OF = " WHERE a.workspace_id = %(ws)s::uuid AND a.kind = 'payable' AND a.person_id IS NOT NULL AND a.person_id = any{people:uuid}"


@value(frozen=True, slots=True)
class Owing:
    """Whose payable accounts are read: these people's, of one program or ("") of all."""

    people: tuple[str, ...]
    program: str = ""

    @property
    def rule(self) -> str:
        return f"{_OF} AND a.program_id = %(program)s::uuid" if self.program else _OF

    @property
    def values(self) -> dict[str, Any]:
        return {"people": sorted(self.people), **({"program": self.program} if self.program else {})}


def owed_before(session: Session, workspace: str, owing: Owing, moment: Instant) -> dict[str, int]:
    """Unit → what was owed by the ledger just before a moment."""
    rows = session.rows(
        f"SELECT a.unit, SUM({_SIGNED}){_OWN}{owing.rule} AND t.at < %(moment)s GROUP BY a.unit",
        ws=workspace,
        moment=moment,
        **owing.values,
    )
    return {unit: int(amount) for unit, amount in rows}


def owed_moves(session: Session, workspace: str, owing: Owing, begin: Instant, end: Instant) -> list[OwedMove]:
    """What moved on their payable accounts in the period, by time. A payment has its reference."""
    rows = session.rows(
        "SELECT t.at, t.purpose, p.slug, r.kind, t.reward_id, COALESCE((SELECT MIN(h.reference) FROM store_handover h"
        " WHERE h.workspace_id = t.workspace_id AND h.reward_id = t.reward_id AND h.at = t.at AND t.purpose = 'spend'), ''), t.unit,"
        f" {_SIGNED}{_OWN} JOIN store_reward r ON r.id = t.reward_id JOIN store_program p ON p.id = r.program_id"
        f"{owing.rule} AND t.at >= %(begin)s AND t.at < %(end)s ORDER BY t.at, t.id",
        ws=workspace,
        begin=begin,
        end=end,
        **owing.values,
    )
    return [OwedMove(*row) for row in rows]


def names_of(session: Session, workspace: str, people: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Person → (name, customer id, e-mail address), empty where unknown."""
    rows = session.rows(
        "SELECT p.id, p.name, MIN(CASE WHEN i.kind = 'customer_id' THEN i.value END), MIN(CASE WHEN i.kind = 'email' THEN i.value END)"
        " FROM store_person p LEFT JOIN store_identity i ON i.workspace_id = p.workspace_id AND i.person_id = p.id"
        " WHERE p.workspace_id = %(ws)s::uuid AND p.id = any{ids:uuid} GROUP BY p.id, p.name",
        ws=workspace,
        ids=sorted(people),
    )
    return {key: (name or "", customer or "", email or "") for key, name, customer, email in rows}


def rewards_beside_handovers(session: Session, workspace: str) -> list[Discrepancy]:
    """What a payable says was handed over is what its lines say."""
    lines = (
        "SELECT h.reward_id, SUM(h.amount) AS paid FROM store_handover h WHERE h.workspace_id = %(ws)s::uuid"
        " AND h.state = 'handed_over' GROUP BY h.reward_id"
    )
    return discrepancies(
        session,
        f"SELECT r.id, r.redeemed || ' handed over', COALESCE(m.paid, 0) || ' in payout lines' FROM store_reward r"
        f" LEFT JOIN ({lines}) m ON m.reward_id = r.id WHERE r.workspace_id = %(ws)s::uuid"
        f" AND (r.kind IN ({texts(PAYABLES)}) OR m.paid IS NOT NULL) AND r.redeemed <> COALESCE(m.paid, 0)",
        ws=workspace,
    )
