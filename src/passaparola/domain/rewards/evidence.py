"""What was seen of an occasion that earns nothing whatever the rules say: the order and the least that counts, the stage, the day."""

from collections.abc import Iterable, Iterator
from typing import Any

from passaparola.domain.programs.compiled import ORDERS, Program, Trigger
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion, FriendState, Order
from passaparola.domain.rewards.target import VISITED, orders_that_ask


def tell_evidence(
    refusals: Iterable[dict[str, Any]], state: FriendState, concluded: Conclusion, program: Program
) -> None:
    """Put beside each refusal of a whole occasion what it saw."""
    asking = orders_that_ask(state, concluded, program) if program.trigger in ORDERS else []
    for line in refusals:
        if not line["rule"]:
            saw = {**_occasion(line["occasion"], state, asking, program), **_bounds(line["reason"], program)}
            line.update({"saw": saw} if saw else {})


def _occasion(key: str, state: FriendState, asking: list[Order], program: Program) -> dict[str, Any]:
    order = next(iter(_ordered(key, asking, program)), None)
    if order is not None:
        return {"order": order.id, "amount": order.amount, "unit": order.unit, "at": order.at}
    day = key.partition(VISITED)[2]
    if day:
        return {"day": day}
    reached = state.reached(program.stage) if program.trigger is Trigger.STAGE and program.stage else None
    return {} if reached is None else {"stage": reached.stage, "at": reached.at}


def _ordered(key: str, asking: list[Order], program: Program) -> Iterator[Order]:
    for order in asking:
        if program.trigger is Trigger.FIRST_PURCHASE or key == f"order:{order.id}":
            yield order


def _bounds(reason: Reason, program: Program) -> dict[str, Any]:
    """What of the program says no."""
    if reason in (Reason.BELOW_MINIMUM_ORDER, Reason.CURRENCY_MISMATCH):
        return {"minimum": program.min_order, "minimum_unit": program.min_order_unit}
    return {"earn_days": program.earn_days} if reason == Reason.EARN_WINDOW_OVER else {}
