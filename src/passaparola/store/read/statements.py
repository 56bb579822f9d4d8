"""What moved for people in a period, read from the ledger."""

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.kinds import VOUCHERS
from passaparola.domain.values import value
from passaparola.store.read.discrepancies import texts
from passaparola.store.session import Session

# Imports of the past move value, too; of those nobody is told. All that one import writes is one batch, marked by its events.
_NOT_IMPORTED = "NOT EXISTS (SELECT 1 FROM store_event e WHERE e.batch = t.batch AND e.workspace_id = t.workspace_id AND e.until_due)"


@value(frozen=True, slots=True)
class Move:
    """The sum of one person's transfers of one purpose in one kind of account. Minor units; `count`: how many transfers."""

    account: str
    unit: str
    purpose: str
    amount: int
    count: int


def people_moved(session: Session, workspace: str, begin: Instant, end: Instant) -> list[str]:
    """Everybody whose store credit or vouchers moved from `begin` until before `end`, other than by an import of the past; and
    everybody who was mailed news of a reward then."""
    moved = session.rows(
        "SELECT DISTINCT a.person_id FROM store_transfer t JOIN store_account a ON a.workspace_id = t.workspace_id"
        " AND a.id IN (t.debit_id, t.credit_id) WHERE t.workspace_id = %(ws)s::uuid AND t.at >= %(begin)s AND t.at < %(end)s"
        f" AND t.kind IN ('single', 'post', 'reversal') AND a.person_id IS NOT NULL AND {_NOT_IMPORTED}",
        ws=workspace,
        begin=begin,
        end=end,
    )
    told = session.rows(
        "SELECT DISTINCT m.person_id FROM store_message m WHERE m.workspace_id = %(ws)s::uuid AND m.created_at >= %(begin)s"
        " AND m.created_at < %(end)s AND m.kind IN ('reward', 'friend_joined') AND m.person_id IS NOT NULL",
        ws=workspace,
        begin=begin,
        end=end,
    )
    return sorted({row[0] for row in (*moved, *told)})


def moves_of(session: Session, workspace: str, people: list[str], begin: Instant, end: Instant) -> list[Move]:
    """What moved for one person (and whoever was merged with them), by kind of account, unit and purpose; what came in above zero."""
    rows = session.rows(
        "SELECT a.kind, a.unit, t.purpose, SUM(CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END), COUNT(*)"
        " FROM store_account a JOIN store_transfer t ON t.workspace_id = a.workspace_id AND a.id IN (t.debit_id, t.credit_id)"
        " WHERE a.workspace_id = %(ws)s::uuid AND a.person_id = any{people:uuid} AND t.at >= %(begin)s AND t.at < %(end)s"
        " AND t.kind IN ('single', 'post', 'reversal') GROUP BY a.kind, a.unit, t.purpose ORDER BY a.kind, a.unit, t.purpose",
        ws=workspace,
        people=people,
        begin=begin,
        end=end,
    )
    return [Move(r[0], r[1], r[2], int(r[3]), int(r[4])) for r in rows]


def friends_won(session: Session, workspace: str, people: list[str], begin: Instant, end: Instant) -> int:
    """How many friends were bound to this person in the period."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.advocate_person_id = any{people:uuid}"
        " AND r.advocate_person_id IS NOT NULL AND r.bound_at >= %(begin)s AND r.bound_at < %(end)s AND r.status IN ('bound', 'converted')",
        ws=workspace,
        people=people,
        begin=begin,
        end=end,
    )
    return int(rows[0][0])


def open_vouchers(session: Session, workspace: str, people: list[str]) -> int:
    """How many vouchers a person may use now."""
    rows = session.rows(
        "SELECT COUNT(*) FROM store_reward r WHERE r.workspace_id = %(ws)s::uuid AND r.beneficiary_id = any{people:uuid}"
        f" AND r.kind IN ({texts(VOUCHERS)}) AND r.state = 'issued'",
        ws=workspace,
        people=people,
    )
    return int(rows[0][0])
