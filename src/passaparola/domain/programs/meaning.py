"""What a reward means where keys are left out. The checks and the compiler read it here, so that they agree."""

from passaparola.domain import money
from passaparola.domain.programs.compiled import Structure
from passaparola.domain.programs.document import RewardGroup

VOUCHER_UNIT = "VOUCHER"  # the unit of a percentage voucher: it counts pieces, not money


def structure_of(reward: RewardGroup) -> Structure:
    """The structure as written, or what `percent` or `amount` says."""
    if reward.structure is not None:
        return reward.structure.kind
    return Structure.FLAT if reward.percent is None else Structure.PERCENT


def id_of(reward: RewardGroup) -> str:
    """The reward's id; its side where none is written."""
    return reward.id or reward.side.value


def is_percentage_voucher(reward: RewardGroup) -> bool:
    """A voucher that takes a percentage off the order on which it is used."""
    return reward.voucher is not None and reward.voucher.percent is not None


def unit_of(reward: RewardGroup, currency: str) -> str | None:
    """The reward's currency; `VOUCHER` for a percentage voucher; None for that of the friend's order."""
    if is_percentage_voucher(reward):
        return VOUCHER_UNIT
    if structure_of(reward) is Structure.PERCENT and reward.minimum is None and reward.maximum is None:
        return None
    return reward.currency or currency


def minor(text: str | None, currency: str) -> int | None:
    """Minor units of an amount; None where there is none, or where it does not fit (a check reports that)."""
    try:
        return None if text is None else money.parse_amount(text, currency)
    except money.UnableToReadAmount:
        return None
