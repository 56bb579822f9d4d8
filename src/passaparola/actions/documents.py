"""What we show of a referral, a reward, a voucher, a reservation and an advocate: the same to who asks the API and to who hears of it."""

from typing import Any

import orjson

from passaparola.domain.instant import Instant, iso
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.expected import expected
from passaparola.domain.rewards.vouchers import Voucher
from passaparola.domain.shown import shown, shown_or_none
from passaparola.store.read.advocates import AdvocateRow
from passaparola.store.read.checkout import Reservation
from passaparola.store.read.pages import Record


def at(instant: Instant | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if instant is None else iso(instant)


def _refusal(row: Record, rule: str, occasion: str, reason: str) -> dict[str, str]:
    own = occasion == row["id"]
    return {"rule": rule, "occasion": shown("ref", occasion) if own else occasion, "reason": reason}


def referral_document(row: Record) -> dict[str, Any]:
    """One referral as it stands."""
    worth = {row["qualifying_unit"]: row["qualifying_minor"]} if row["qualifying_unit"] else {}
    if row["qualifying_other"]:
        worth |= orjson.loads(row["qualifying_other"])
    return {
        "id": shown("ref", row["id"]),
        "program": shown("prg", row["program_id"]),
        "friend": shown("per", row["friend_id"]),
        "status": row["status"],
        "reason": row["reason"],
        "refusals": [_refusal(row, *refusal) for refusal in orjson.loads(row["refusals"])],
        "advocate": shown_or_none("per", row["advocate_person_id"]),
        "bound_by": row["touch_kind"],
        "bound_at": at(row["bound_at"]),
        "version": row["version"],
        "signed_up_at": at(row["signed_up_at"]),
        "converted_at": at(row["converted_at"]),
        "paid_orders": row["paid_orders"],
        "qualifying_orders": row["qualifying_orders"],
        "qualifying_minor": worth,
        "created_at": at(row["created_at"]),
    }


def reward_document(reward: Reward) -> dict[str, Any]:
    """One reward as it is now."""
    due = expected(reward)
    return {
        "id": shown("rwd", reward.id),
        "program": shown("prg", reward.program),
        "referral": shown_or_none("ref", reward.referral),
        "rule": reward.rule,
        "version": reward.version,
        "side": str(reward.side),
        "beneficiary": shown("per", reward.beneficiary),
        "occasion": shown("ref", reward.occasion) if reward.occasion == reward.referral else reward.occasion,
        "kind": str(reward.kind),
        "unit": reward.unit,
        "amount_minor": reward.amount,
        "reversed_minor": reward.reversed,
        "reserved_minor": reward.reserved,
        "redeemed_minor": reward.redeemed,
        "expired_minor": reward.expired,
        "available_minor": reward.available,
        "state": str(reward.state),
        "reason": reward.reason and str(reward.reason),
        "hold_until": at(reward.hold_until),
        "waits_for": due.waits_for,
        "expected_at": at(due.at),
        "issued_at": at(reward.issued_at),
        "expires_at": at(reward.expires_at),
    }


def reward_record(row: Record) -> dict[str, Any]:
    """One reward, from its row in a listing."""
    plain = {name: row[name] for name in _REWARD}
    reward = Reward(**plain, program=row["program_id"], beneficiary=row["beneficiary_id"], referral=row["referral_id"])
    return reward_document(reward)


_REWARD = (
    "id", "rule", "side", "occasion", "kind", "unit", "amount", "state", "reversed", "reserved", "redeemed", "expired", "reason",
    "hold_until", "issued_at", "expires_at", "version", "earned_at",
)  # fmt: skip


def voucher_state(voucher: Voucher) -> dict[str, Any]:
    """One voucher as it is now."""
    return {
        "id": shown("vch", voucher.id),
        "reward": shown("rwd", voucher.reward),
        "code": voucher.code,
        "state": str(voucher.state),
        "percent_bp": voucher.percent_bp,
        "max_discount_minor": voucher.max_discount,
        "min_order_minor": voucher.min_order,
        "limit_currency": voucher.limit_unit,
        "order": voucher.order,
        "order_minor": voucher.order_minor,
        "order_currency": voucher.order_unit,
        "discount_minor": voucher.discount,
        "reserved_until": at(voucher.reserved_until),
    }


def voucher_record(row: Record) -> dict[str, Any]:
    """One voucher with what its reward says, from its row in a listing."""
    voucher = Voucher(
        row["id"], row["reward_id"], row["code"], row["percent_bp"], row["max_discount"], row["min_order"], row["limit_unit"],
        row["state"], row["order_key"], row["order_minor"], row["order_unit"], row["discount_minor"], row["reserved_until"], None, 0,
    )  # fmt: skip
    fixed = row["percent_bp"] is None
    return {
        **voucher_state(voucher),
        "person": shown("per", row["person_id"]),
        "worth_minor": row["amount"] if fixed else None,
        "currency": row["unit"] if fixed else None,
        "expires_at": at(row["expires_at"]),
        "reward_state": row["reward_state"],
    }


def reservation_document(reservation: Reservation) -> dict[str, Any]:
    """One reservation as it is now."""
    return {
        "id": shown("crr", reservation.id),
        "person": shown("per", reservation.person),
        "kind": reservation.kind,
        "amount_minor": reservation.amount,
        "currency": reservation.unit,
        "worth_minor": reservation.worth,
        "worth_currency": reservation.worth_unit,
        "order": reservation.order,
        "state": str(reservation.state),
        "expires_at": at(reservation.expires_at),
    }


def reservation_record(row: Record) -> dict[str, Any]:
    """One reservation, from its row in a listing."""
    return reservation_document(
        Reservation(
            row["id"],
            row["person_id"],
            row["unit"],
            row["amount"],
            row["order_key"],
            row["state"],
            row["expires_at"],
            0,
            row["kind"],
            row["worth_minor"],
            row["worth_unit"],
        )
    )


def advocate_standing(said: AdvocateRow) -> dict[str, Any]:
    """An advocate as they stand."""
    return {
        "id": shown("adv", said.id),
        "program": shown("prg", said.program),
        "person": shown("per", said.person),
        "status": said.status,
    }


def advocate_record(row: Record) -> dict[str, Any]:
    """One advocate, from their row in a listing."""
    standing_now = AdvocateRow(row["id"], row["program_id"], row["person_id"], row["status"])
    return {**advocate_standing(standing_now), "joined_at": at(row["joined_at"])}
