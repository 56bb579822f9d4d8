"""What a reward means where keys are left out. The checks and the compiler read it here, so that they agree."""

from passaparola.domain import money
from passaparola.domain.events.event import PLAIN
from passaparola.domain.programs.compiled import TOGETHER, RewardKind, Structure, TierBy, Use
from passaparola.domain.programs.document import RewardGroup, TriggerGroup
from passaparola.domain.programs.structures import TierGroup
from passaparola.domain.programs.triggers import MEANING, NEW_TO_THE_FIRM, Meant
from passaparola.domain.rewards.kinds import KINDS, Family, Kind
from passaparola.domain.units import POINTS, parse_units

VOUCHER_UNIT = "VOUCHER"  # the unit of a percentage voucher: it counts pieces, not money


def trigger_of(group: TriggerGroup) -> Meant:
    """The trigger with its item or stage; `order` is an order without an item."""
    meant = MEANING[group.kind]
    item = group.item if meant.item is None else meant.item
    return Meant(meant.trigger, "" if item == PLAIN else item, meant.stage or group.stage)


def newcomers_to(group: TriggerGroup) -> str | None:
    """The item whose purchases make an existing customer; None: any. `new_rider` is new to the item, `new_customer` to the firm."""
    if group.friend_must_be is None or group.friend_must_be in NEW_TO_THE_FIRM:
        return None
    return trigger_of(group).item


def structure_of(reward: RewardGroup) -> Structure:
    """The structure as written, or what `percent` or `amount` says."""
    if reward.structure is not None:
        return reward.structure.kind
    return Structure.FLAT if reward.percent is None else Structure.PERCENT


def id_of(reward: RewardGroup) -> str:
    """The reward's id; its side where none is written."""
    return reward.id or reward.side.value


def ids_of(reward: RewardGroup) -> list[str]:
    """The ids of the rules that it is compiled to: its own, and that of the bonus on top."""
    own = id_of(reward)
    return [own, f"{own}-bonus"] if structure_of(reward) is Structure.BONUS else [own]


def is_percentage_voucher(reward: RewardGroup) -> bool:
    """A voucher that takes a percentage off the order on which it is used."""
    return reward.voucher is not None and reward.voucher.percent is not None


def gives_shares(reward: RewardGroup) -> bool:
    """Whether it is worth a share of the friend's order, by itself or by its tiers."""
    return reward.percent is not None or any(tier.percent is not None for tier in tiers_of(reward))


def tiers_of(reward: RewardGroup) -> list[TierGroup]:
    """The tiers of a reward, if it has any."""
    return (reward.structure.tiers or []) if reward.structure is not None else []


def unit_of(reward: RewardGroup, currency: str) -> str | None:
    """The reward's currency; `VOUCHER` for a percentage voucher; None for that of the friend's order."""
    if is_percentage_voucher(reward):
        return VOUCHER_UNIT
    if not in_money(reward):
        return counted_in(reward)
    by_value = reward.structure is not None and reward.structure.by is TierBy.VALUE
    shares = structure_of(reward) is Structure.PERCENT or gives_shares(reward)
    if shares and not by_value and reward.minimum is None and reward.maximum is None:
        return None
    return reward.currency or currency


def is_voucher(reward: RewardGroup) -> bool:
    """A code that is used once."""
    return kind_of(reward).family is Family.VOUCHER


def kind_of(reward: RewardGroup) -> Kind:
    """How rewards of this kind live."""
    return KINDS[reward.kind]


def in_money(reward: RewardGroup) -> bool:
    """Whether its amounts are money; others are whole numbers of a unit. What is drawn by lot without a unit is worth money."""
    kind = kind_of(reward)
    return kind.unit is None and (not kind.names_unit or (reward.pick is not None and reward.unit is None))


def counted_in(reward: RewardGroup) -> str:
    """The unit of a reward that is no money; empty while the file does not say it (a check reports that)."""
    return kind_of(reward).unit or reward.unit or ""


def earned_together(reward: RewardGroup) -> bool:
    """Whether many friends earn it together, or a part of it: a milestone, a bonus, the top-up of a tier."""
    group = reward.structure
    return group is not None and (group.kind in TOGETHER or group.kind is Structure.BONUS or bool(group.retroactive))


def amount_of(reward: RewardGroup) -> str | None:
    """The amount as written. One piece where a thing is given and no number is written."""
    by_itself = reward.percent is None and reward.pick is None and not tiers_of(reward)
    one = kind_of(reward).unit not in (None, POINTS) and by_itself
    return "1" if reward.amount is None and one else reward.amount


def use_of(reward: RewardGroup) -> Use:
    """On which orders it may be used: as written, or as the kind's name says."""
    by_name = {
        RewardKind.FIRST_PURCHASE_DISCOUNT: Use.FIRST_ORDER,
        RewardKind.VOUCHER_NEXT_PURCHASE: Use.NEXT_PURCHASE,
    }
    return reward.use or by_name.get(reward.kind, Use.NOW)


def minor(text: str | None, currency: str) -> int | None:
    """Minor units of an amount; None where there is none, or where it does not fit (a check reports that)."""
    try:
        return None if text is None else parse_units(text, currency)
    except money.UnableToReadAmount:
        return None
