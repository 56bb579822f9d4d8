"""What is known of a friend as the compact JSON in which it is kept."""

from typing import Any

import orjson

from passaparola.domain.events.event import BROWSER_ID, told_by_browser
from passaparola.domain.referrals.standing import load_standing
from passaparola.domain.referrals.state import Conclusion, FriendState, Hearsay, Moment, Order, Reached, Touch

# What stands in the text of every state with a refund, or with something that a browser told; by chance in others.
REFUNDED, FROM_BROWSER = '"r":{', f'"{BROWSER_ID}'


def dump_state(state: FriendState) -> str:
    """The state as compact JSON, the same text for the same state."""
    document: dict[str, Any] = {
        "t": _dumped_touches(state.touches),
        "o": {o.id: _dumped(o) for o in state.orders.values()},
    }
    if state.signup:
        document["s"] = state.signup
        if state.vouched and told_by_browser(state.signup[1]):
            document["v"] = True
    if state.refunds:
        document["r"] = state.refunds
    if state.stages:
        document["g"] = {
            key: [r.stage, r.at, r.event, r.amount, r.unit, r.facts, r.deal] for key, r in state.stages.items()
        }
    if state.customer_since is not None or state.customer_day is not None:
        document["c"] = [state.customer_since, state.customer_day]
    document |= {} if state.known_since is None else {"m": state.known_since}
    if state.late:
        document["l"] = sorted(state.late)
    if state.concluded:
        c = state.concluded
        document["z"] = [c.advocate, c.touch, c.kind, c.at, c.event, c.version, c.first_order, c.barred]
        document["z"] += [] if c.location is None else [c.location]
    if state.counted_for:
        document["n"] = state.counted_for
    document |= {} if state.segment is None else {"e": state.segment}
    if state.standing is not None:
        document["k"] = state.standing.dump()
    document |= _dumped_reports(state.reported)
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode()


def _dumped_reports(reported: dict[str, Hearsay]) -> dict[str, Any]:
    return {"w": {k: [_dumped(h.order), _dumped_touches(h.touches)] for k, h in reported.items()}} if reported else {}


def _dumped_touches(touches: dict[str, Touch]) -> dict[str, Any]:
    return {t.id: _dumped_touch(t) for t in touches.values()}


def _dumped_touch(t: Touch) -> list[Any]:
    values = [t.at, t.event, t.kind, t.advocate, t.link, t.named, t.own]
    return values if t.location is None else [*values, t.location]


def _dumped(order: Order) -> list[Any]:
    values: list[Any] = [order.at, order.event, order.amount, order.unit]
    if order.item or order.facts:
        return [*values, order.more, order.item, order.facts]
    return [*values, order.more] if order.more else values


def load_state(text: str) -> FriendState:
    """The state that `dump_state` wrote."""
    document = orjson.loads(text)
    exact, day = document.get("c", (None, None))
    signup = _moment(document.get("s"))
    return FriendState(
        touches=_touches(document["t"]),
        signup=signup,
        vouched=document.get("v", signup is not None and not told_by_browser(signup[1])),
        orders={k: _order(k, v) for k, v in document["o"].items()},
        refunds={o: {r: (p[0], p[1]) for r, p in parts.items()} for o, parts in document.get("r", {}).items()},
        customer_since=exact,
        customer_day=day,
        known_since=document.get("m"),
        late=set(document.get("l", ())),
        concluded=_conclusion(document["z"]) if "z" in document else None,
        counted_for=document.get("n"),
        stages={key: Reached(*told) for key, told in document["g"].items()} if "g" in document else {},
        segment=tuple(document["e"]) if "e" in document else None,
        standing=load_standing(document["k"]) if "k" in document else None,
        reported={k: Hearsay(_order(k, v[0]), _touches(v[1])) for k, v in document["w"].items()}
        if "w" in document
        else {},
    )


def _touches(told: dict[str, list[Any]]) -> dict[str, Touch]:
    return {k: Touch(k, v[0], v[1], v[2], v[3], v[4], _moment(v[5]), *v[6:8]) for k, v in told.items()}


def _order(key: str, v: list[Any]) -> Order:
    more = tuple((at, event) for at, event in v[4]) if len(v) > 4 else ()
    return Order(key, v[0], v[1], v[2], v[3], more, *v[5:7])


def _conclusion(v: list[Any]) -> Conclusion:
    barred = tuple((touch, reason) for touch, reason in v[7])
    return Conclusion(v[0], v[1], v[2], v[3], v[4], v[5], v[6], barred, *v[8:9])


def _moment(value: Any) -> Moment | None:
    return (value[0], value[1]) if value else None
