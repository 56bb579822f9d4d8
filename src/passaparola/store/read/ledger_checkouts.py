"""Checks of what lies in checkouts: credit reservations and vouchers say what the rewards and the transfers say."""

from passaparola.domain.rewards.kinds import BALANCES, VOUCHERS
from passaparola.store.read.discrepancies import Discrepancy, discrepancies, texts
from passaparola.store.session import Session


def reservations_beside_transfers(session: Session, workspace: str) -> list[Discrepancy]:
    """The lines of a reservation add up to it; each holds one open pending transfer while it is reserved, and none afterwards."""
    unequal = discrepancies(
        session,
        "SELECT s.id, COALESCE(SUM(l.amount), 0), s.amount FROM store_creditreservation s"
        " LEFT JOIN store_creditreservationline l ON l.workspace_id = s.workspace_id AND l.reservation_id = s.id"
        " WHERE s.workspace_id = %(ws)s::uuid GROUP BY s.id, s.amount HAVING COALESCE(SUM(l.amount), 0) <> s.amount",
        ws=workspace,
    )
    held = (
        "p.kind = 'pending' AND p.purpose = 'reserve' AND p.reward_id = l.reward_id AND p.amount = l.amount"
        " AND NOT EXISTS (SELECT 1 FROM store_transfer e WHERE e.pending = p.id)"
    )
    lines = discrepancies(
        session,
        "SELECT s.id, l.id, CASE WHEN s.state = 'reserved' THEN 'nothing open of ' || l.amount ELSE 'a transfer still open' END, s.state"
        " FROM store_creditreservationline l JOIN store_creditreservation s ON s.id = l.reservation_id"
        " LEFT JOIN store_transfer p ON p.id = l.pending_transfer AND p.workspace_id = l.workspace_id"
        f" WHERE l.workspace_id = %(ws)s::uuid AND COALESCE({held}, FALSE) <> (s.state = 'reserved')",
        ws=workspace,
    )
    return unequal + lines


def rewards_beside_reservations(session: Session, workspace: str) -> list[Discrepancy]:
    """Balances: what a reward says lies in checkouts and was used is what its reservations say."""
    lines = (
        "SELECT l.reward_id, SUM(CASE WHEN s.state = 'reserved' THEN l.amount ELSE 0 END) AS held,"
        " SUM(CASE WHEN s.state = 'captured' THEN l.amount ELSE 0 END) AS used FROM store_creditreservationline l"
        " JOIN store_creditreservation s ON s.id = l.reservation_id WHERE l.workspace_id = %(ws)s::uuid GROUP BY l.reward_id"
    )
    return discrepancies(
        session,
        "SELECT r.id, r.reserved || ' reserved, ' || r.redeemed || ' used',"
        " COALESCE(m.held, 0) || ' reserved, ' || COALESCE(m.used, 0) || ' used'"
        f" FROM store_reward r LEFT JOIN ({lines}) m ON m.reward_id = r.id WHERE r.workspace_id = %(ws)s::uuid"
        f" AND r.kind IN ({texts(BALANCES)}) AND (r.reserved <> COALESCE(m.held, 0) OR r.redeemed <> COALESCE(m.used, 0))",
        ws=workspace,
    )


def vouchers_beside_rewards(session: Session, workspace: str) -> list[Discrepancy]:
    """Open: nothing of the reward is used or set aside. Reserved: it lies in the order. Redeemed: it was used.

    Every voucher reward that was ever given has its voucher.
    """
    right = (
        "CASE v.state WHEN 'open' THEN r.reserved = 0 AND r.redeemed = 0"
        " WHEN 'reserved' THEN r.reserved > 0 AND r.redeemed = 0"
        " ELSE r.reserved = 0 AND r.redeemed > 0 AND v.discount_minor > 0 END"
    )
    return discrepancies(
        session,
        "SELECT r.id, COALESCE(v.id::text, ''), COALESCE('voucher ' || v.state, 'no voucher'),"
        " r.state || ', ' || r.reserved || ' reserved, ' || r.redeemed || ' used' FROM store_reward r"
        " LEFT JOIN store_voucher v ON v.workspace_id = r.workspace_id AND v.reward_id = r.id"
        f" WHERE r.workspace_id = %(ws)s::uuid AND r.kind IN ({texts(VOUCHERS)}) AND CASE WHEN v.id IS NULL"
        f" THEN r.state IN ('issued', 'redeemed', 'expired', 'reversed') ELSE NOT COALESCE({right}, FALSE) END",
        ws=workspace,
    )
