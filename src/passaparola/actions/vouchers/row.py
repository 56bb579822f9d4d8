"""The voucher's row follows its reward: compared and set."""

from dataclasses import replace

from passaparola.domain.rewards.vouchers import Voucher
from passaparola.store.write.plan import Plan

_UPDATE = (
    "UPDATE store_voucher SET state = %(state)s, order_key = %(order)s, order_minor = %(minor)s, order_unit = %(unit)s,"
    " discount_minor = %(off)s, reserved_until = %(until)s, pending_transfer = %(pending)s::uuid, revision = revision + 1"
    " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND revision = %(seen)s"
)


def keep(voucher: Voucher, plan: Plan) -> Voucher:
    """Write the voucher as it is now; refused by its revision when another writer was first."""
    values = {
        "state": str(voucher.state),
        "order": voucher.order,
        "minor": voucher.order_minor,
        "unit": voucher.order_unit,
        "off": voucher.discount,
        "until": voucher.reserved_until,
        "pending": voucher.pending_transfer,
        "ws": plan.workspace,
        "id": voucher.id,
        "seen": voucher.revision,
    }
    plan.guarded.append((_UPDATE, values))
    return replace(voucher, revision=voucher.revision + 1)
