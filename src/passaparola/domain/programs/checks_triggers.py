"""Checks of what earns a reward: that the keys beside it belong to it, and that what it earns can be earned."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import ORDERS, Base, OnPartialRefund, Side, Structure, Trigger
from passaparola.domain.programs.document import RewardGroup, TriggerGroup
from passaparola.domain.programs.findings import FindingReason, Wrong, quoted
from passaparola.domain.programs.meaning import structure_of, trigger_of
from passaparola.domain.programs.parts import Parts, Placed
from passaparola.domain.programs.triggers import MEANING, NEW_TO_THE_FIRM, Earning

_HAS_NO_ORDER = {
    Trigger.SIGNUP: "a sign-up has no order",
    Trigger.STAGE: "a stage has no order",
    Trigger.CONTENT_VISIT: "a visit has no order",
    Trigger.GRANT: "what staff give has no order",
}


def keys_belong(parts: Parts) -> Iterator[Placed]:
    """`item` goes with first_purchase and purchase, which name none themselves; `stage` with lead_stage, which needs it."""
    group = parts.trigger
    if group is None:
        return
    mismatch, meant = FindingReason.TRIGGER_MISMATCH, MEANING[group.kind]
    if group.item is not None and (meant.trigger not in ORDERS or meant.item is not None):
        expected = "no item: it goes with first_purchase and purchase"
        yield ("trigger", "item"), Wrong(mismatch, expected, "leave it out", quoted(group.item))
    if group.stage is not None and group.kind is not Earning.LEAD_STAGE:
        yield (
            ("trigger", "stage"),
            Wrong(mismatch, "no stage: it goes with lead_stage", "leave it out, or write `kind: lead_stage`"),
        )
    if group.stage is None and group.kind is Earning.LEAD_STAGE:
        remedy = "write `trigger: {kind: lead_stage, stage: meeting}`"
        yield ("trigger", "stage"), Wrong(FindingReason.MISSING_KEY, "which stage earns", remedy)


def newcomers_are_known(parts: Parts) -> Iterator[Placed]:
    """A word such as new_rider says of which item somebody is new; without an item it says no more than new_customer."""
    group = parts.trigger
    if group is None or group.friend_must_be is None or group.friend_must_be in NEW_TO_THE_FIRM:
        return
    if trigger_of(group).item is None:
        expected = "new_customer: the trigger names no item that somebody could be new to"
        remedy = "write new_customer, or an `item`"
        yield ("trigger", "friend_must_be"), Wrong(FindingReason.TRIGGER_MISMATCH, expected, remedy, severity="warning")


def no_order_no_share(parts: Parts) -> Iterator[Placed]:
    """Without an order there is no smallest order, no share of it and nothing to refund."""
    why = _HAS_NO_ORDER.get(trigger_of(parts.trigger).trigger) if parts.trigger is not None else None
    if why is None or parts.trigger is None:
        return
    reason, remedy = FindingReason.NEEDS_AN_ORDER, "leave it out, or write `trigger: first_purchase`"
    if parts.trigger.min_value is not None:
        yield ("trigger", "min_value"), Wrong(reason, f"no smallest order: {why}", remedy)
    for at, reward in parts.rewards:
        if reward.percent is not None and not _told_by_stages(reward, parts.trigger):
            yield (*at, "percent"), Wrong(reason, f"an amount: {why}", "write `amount`")
        if reward.on_partial_refund is not OnPartialRefund.PROPORTIONAL:
            yield (*at, "on_partial_refund"), Wrong(reason, f"nothing: {why} to refund", remedy, severity="warning")


def _told_by_stages(reward: RewardGroup, group: TriggerGroup) -> bool:
    """A share of the deal, the plan or the lifetime value, which the stage tells that earns it."""
    staged = MEANING[group.kind].trigger is Trigger.STAGE or structure_of(reward) is Structure.STAGED
    return staged and reward.of not in (None, Base.ORDER)


def staff_give_to_one(parts: Parts) -> Iterator[Placed]:
    """What staff give has no friend: it goes to one person, each time it is given."""
    if not _is_grant(parts.trigger):
        return
    for at, reward in parts.rewards:
        if structure_of(reward) not in (Structure.FLAT, Structure.PERCENT):  # a share of an order has its own name
            wrong = Wrong(
                FindingReason.TRIGGER_MISMATCH, "flat: staff give it, no count of friends", "write `structure: flat`"
            )
            yield (*at, "structure"), wrong
        if reward.side is Side.FRIEND:
            wrong = Wrong(
                FindingReason.TRIGGER_MISMATCH,
                "advocate: staff give to one person, there is no friend",
                "write `side: advocate`",
            )
            yield (*at, "side"), wrong


def segments_are_single(parts: Parts) -> Iterator[Placed]:
    """Each segment has one entry; of several the last counts."""
    seen: set[str] = set()
    for n, group in enumerate(parts.windows.by_segment if parts.windows is not None else ()):
        if group.segment in seen:
            expected = "each segment once: of several entries the last counts"
            wrong = Wrong(FindingReason.DUPLICATE_ID, expected, "keep one of them", severity="warning")
            yield ("windows", "by_segment", n, "segment"), wrong
        seen.add(group.segment)


def _is_grant(group: TriggerGroup | None) -> bool:
    return group is not None and group.kind is Earning.GRANT


TRIGGERS = (keys_belong, newcomers_are_known, no_order_no_share, staff_give_to_one, segments_are_single)
