"""What a checkout works with: the lots of a person's store credit, reservations, vouchers, and balances."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from passaparola.domain.instant import Instant
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.kinds import BALANCES, RewardKind
from passaparola.domain.rewards.vouchers import Voucher
from passaparola.store.read.gather import REWARD_COLUMNS, reward_of
from passaparola.store.session import Row, Session, reading

RESERVED, CAPTURED, RELEASED, RETURNED = "reserved", "captured", "released", "returned"


@dataclass(frozen=True, slots=True)
class Reservation:
    """Store credit set aside for one order. Minor units of `unit`."""

    id: str
    person: str
    unit: str
    amount: int
    order: str
    state: str
    expires_at: Instant | None
    revision: int
    kind: str = RewardKind.STORE_CREDIT
    worth: int | None = None  # of points: minor units of `worth_unit` that they take off
    worth_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """How much of which reward a reservation holds."""

    id: str
    reservation: str
    reward: str
    amount: int
    pending_transfer: str | None


class CreditBalance(NamedTuple):
    """A person's credit of one kind in one unit, in minor units: to spend now, in checkouts, waiting to be issued, used."""

    available: int
    reserved: int
    pending: int
    redeemed: int


_RESERVATION = "id, person_id, unit, amount, order_key, state, expires_at, revision, kind, worth_minor, worth_unit"
_VOUCHER = (
    "id, reward_id, code, percent_bp, max_discount, min_order, limit_unit, state, order_key, order_minor, order_unit, discount_minor,"
    " reserved_until, pending_transfer, revision"
)
_FREE = "amount - reversed - reserved - redeemed - expired"


def person_group(session: Session, workspace: str, person: str) -> list[str]:
    """Everybody who was merged with this person, the one that stands for all first. Empty when there is no such person."""
    rows = session.rows(
        "SELECT p.id, p.alias_of_id FROM store_person p WHERE p.workspace_id = %(ws)s::uuid AND p.id = %(person)s::uuid",
        ws=workspace,
        person=person,
    )
    if not rows:
        return []
    root = rows[0][1] or rows[0][0]
    others = session.rows(
        "SELECT id FROM store_person WHERE workspace_id = %(ws)s::uuid AND alias_of_id = %(root)s::uuid ORDER BY id",
        ws=workspace,
        root=root,
    )
    return [root, *(r[0] for r in others)]


def credit_lots(session: Session, workspace: str, people: Sequence[str], unit: str, kind: str) -> list[Reward]:
    """Issued credit of this kind of these people in one unit of which something is left, across all programs."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND beneficiary_id = any{{people:uuid}}"
        f" AND kind = %(kind)s AND unit = %(unit)s AND state = 'issued' AND {_FREE} > 0",
        ws=workspace,
        people=list(people),
        unit=unit,
        kind=kind,
    )
    return [reward_of(row) for row in rows]


def reservation_by_id(session: Session, workspace: str, key: str) -> Reservation | None:
    rows = session.rows(
        f"SELECT {_RESERVATION} FROM store_creditreservation WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
    )
    return Reservation(*rows[0]) if rows else None


def reservations_of_order(session: Session, workspace: str, order: str) -> list[Reservation]:
    """What an order holds or has used, in the order in which it was set aside."""
    rows = session.rows(
        f"SELECT {_RESERVATION} FROM store_creditreservation WHERE workspace_id = %(ws)s::uuid AND order_key = %(order)s"
        " AND state IN ('reserved', 'captured') ORDER BY id",
        ws=workspace,
        order=order,
    )
    return [Reservation(*row) for row in rows]


def lapsed_reservations(session: Session, workspace: str, until: Instant, limit: int) -> list[Reservation]:
    """Reservations whose time was over by `until`, the earliest first."""
    rows = session.rows(
        f"SELECT {_RESERVATION} FROM store_creditreservation WHERE workspace_id = %(ws)s::uuid AND state = 'reserved'"
        " AND expires_at <= %(until)s ORDER BY expires_at, id LIMIT %(limit)s",
        ws=workspace,
        until=until,
        limit=limit,
    )
    return [Reservation(*row) for row in rows]


def lines_of(session: Session, workspace: str, reservations: Iterable[str]) -> dict[str, list[Line]]:
    """Reservation → its lines."""
    rows = session.rows(
        "SELECT id, reservation_id, reward_id, amount, pending_transfer FROM store_creditreservationline"
        " WHERE workspace_id = %(ws)s::uuid AND reservation_id = any{ids:uuid} ORDER BY id",
        ws=workspace,
        ids=sorted(reservations),
    )
    found: dict[str, list[Line]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(Line(*row))
    return found


def voucher_by_code(session: Session, workspace: str, code: str) -> tuple[Voucher, Reward] | None:
    """A voucher and its reward as of one moment: one statement, for what is refused by them is not written and so not compared."""
    columns = ", ".join([f"v.{c}" for c in _VOUCHER.split(", ")] + [f"r.{c}" for c in REWARD_COLUMNS.split(", ")])
    rows = session.rows(
        f"SELECT {columns} FROM store_voucher v JOIN store_reward r ON r.id = v.reward_id AND r.workspace_id = v.workspace_id"
        " WHERE v.workspace_id = %(ws)s::uuid AND v.code = %(code)s",
        ws=workspace,
        code=code,
    )
    width = len(_VOUCHER.split(", "))
    return (Voucher(*rows[0][:width]), reward_of(rows[0][width:])) if rows else None


def vouchers_of_order(session: Session, workspace: str, order: str) -> list[Voucher]:
    """Vouchers that an order holds or has used."""
    rows = session.rows(
        f"SELECT {_VOUCHER} FROM store_voucher WHERE workspace_id = %(ws)s::uuid AND order_key = %(order)s"
        " AND state IN ('reserved', 'redeemed') ORDER BY id",
        ws=workspace,
        order=order,
    )
    return [Voucher(*row) for row in rows]


def lapsed_vouchers(session: Session, workspace: str, until: Instant, limit: int) -> list[Voucher]:
    """Reserved vouchers whose time in a checkout was over by `until`, the earliest first."""
    rows = session.rows(
        f"SELECT {_VOUCHER} FROM store_voucher WHERE workspace_id = %(ws)s::uuid AND state = 'reserved'"
        " AND reserved_until <= %(until)s ORDER BY reserved_until, id LIMIT %(limit)s",
        ws=workspace,
        until=until,
        limit=limit,
    )
    return [Voucher(*row) for row in rows]


def balance(workspace: str, person: str, *, now: Instant) -> dict[str, CreditBalance] | None:
    """A person's store credit by unit, that of everybody merged into the person included. None when there is no such person.

    What has reached its expiry is not available, also where the clock has not come by yet.
    """
    with reading() as session:
        group = person_group(session, workspace, person)
        rows = balances_of(session, workspace, group, now) if group else []
    return {unit: CreditBalance(*map(int, sums)) for unit, *sums in rows} if group else None


def every_balance(workspace: str, person: str, *, now: Instant) -> dict[tuple[str, str], CreditBalance] | None:
    """What a person has to spend, by kind and unit, that of everybody merged included. None when there is no such person."""
    with reading() as session:
        group = person_group(session, workspace, person)
        rows = balances_by_kind(session, workspace, group, now) if group else []
    return {(kind, unit): CreditBalance(*map(int, sums)) for kind, unit, *sums in rows} if group else None


def paid_orders_of(session: Session, workspace: str, people: Sequence[str]) -> set[str]:
    """The orders that these people have paid."""
    rows = session.rows(
        "SELECT order_key FROM store_event WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid} AND type = 'purchase'"
        " AND outcome = 'recorded' AND order_key IS NOT NULL AND amount_minor > 0",
        ws=workspace,
        people=list(people),
    )
    return {row[0] for row in rows}


def balances_of(session: Session, workspace: str, group: list[str], now: Instant) -> list[Row]:
    """(unit, available, reserved, pending, redeemed) of the store credit of these people together."""
    return [row[1:] for row in balances_by_kind(session, workspace, group, now, [RewardKind.STORE_CREDIT])]


def balances_by_kind(
    session: Session, workspace: str, group: list[str], now: Instant, kinds: Iterable[str] = BALANCES
) -> list[Row]:
    """(kind, unit, available, reserved, pending, redeemed) of these people together."""
    usable = f"state = 'issued' AND (expires_at IS NULL OR expires_at > %(now)s) THEN {_FREE}"
    return session.rows(
        f"SELECT kind, unit, SUM(CASE WHEN {usable} ELSE 0 END), SUM(reserved),"
        " SUM(CASE WHEN state = 'pending' THEN amount - reversed ELSE 0 END), SUM(redeemed) FROM store_reward"
        " WHERE workspace_id = %(ws)s::uuid AND beneficiary_id = any{people:uuid} AND kind = any{kinds:text}"
        " GROUP BY kind, unit ORDER BY kind, unit",
        ws=workspace,
        people=group,
        kinds=sorted(kinds),
        now=now,
    )
