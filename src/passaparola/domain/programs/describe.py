"""A program in plain English sentences, for people who check it before it goes live."""

from passaparola.domain.money import money_text
from passaparola.domain.programs.compiled import (
    AccessMode,
    Cap,
    CapMetric,
    LimitPolicy,
    OnPartialRefund,
    Program,
    ProgramStatus,
    RewardKind,
    RewardRule,
    Structure,
    Trigger,
    VoucherTerms,
)

_STATUS = {ProgramStatus.ACTIVE: "live"}
_ACCESS = {
    AccessMode.OPEN: "Anyone may recommend.",
    AccessMode.CUSTOMERS: "Customers may recommend.",
    AccessMode.INVITE_ONLY: "Only people who were invited may recommend.",
}
_TRIGGER = {
    Trigger.SIGNUP: "a friend's sign-up",
    Trigger.FIRST_PURCHASE: "a friend's first paid order",
    Trigger.PURCHASE: "each paid order of a friend",
}
_REFUND = {
    OnPartialRefund.PROPORTIONAL: "",
    OnPartialRefund.KEEP: "A partial refund takes nothing back.",
    OnPartialRefund.ALL: "A partial refund takes all of it back.",
}


def describe(program: Program) -> str:
    """What the program promises, one sentence or two a line. Amounts are written with their currency."""
    lines = [_head(program), _ACCESS[program.access], _earning(program)]
    lines += [f"- {_promise(rule, program)}" for rule in program.rules]
    lines += [_windows(program)]
    lines += [_cap(cap) for cap in program.caps]
    lines += _budget(program)
    lines += _landing(program)
    return "\n".join(lines)


def _head(program: Program) -> str:
    status = _STATUS.get(program.status, program.status.value)
    return (
        f"{program.name} ({program.slug}), version {program.version}, {status}. Days are those of {program.timezone}."
    )


def _earning(program: Program) -> str:
    least = ""
    if program.min_order is not None and program.min_order_unit is not None:
        least = f" of at least {money_text(program.min_order, program.min_order_unit)}"
    return f"Rewards are earned by {_TRIGGER[program.trigger]}{least}:"


def _promise(rule: RewardRule, program: Program) -> str:
    first = f"The {rule.side.value} gets {_worth(rule)}{_how_often(rule)}."
    return " ".join(part for part in (first, *_conditions(rule, program), _REFUND[rule.on_partial_refund]) if part)


def _worth(rule: RewardRule) -> str:
    if rule.kind is RewardKind.VOUCHER and rule.voucher is not None and rule.voucher.percent_bp is not None:
        return f"a single-use voucher for {_percent(rule.voucher.percent_bp)} off an order"
    sum_text = _share(rule) if rule.structure is Structure.PERCENT else money_text(rule.amount or 0, rule.unit or "")
    if rule.kind is RewardKind.VOUCHER:
        return f"a single-use voucher worth {sum_text}"
    return f"{sum_text} in store credit"


def _share(rule: RewardRule) -> str:
    limits = [
        f"{word} {money_text(bound, rule.unit or '')}"
        for word, bound in (("at least", rule.minimum), ("at most", rule.maximum))
        if bound is not None
    ]
    return f"{_percent(rule.percent_bp or 0)} of the order" + (f" ({', '.join(limits)})" if limits else "")


def _percent(basis_points: int) -> str:
    whole, rest = divmod(basis_points, 100)
    return f"{whole} %" if not rest else f"{whole}.{rest:02d}".rstrip("0") + " %"


def _how_often(rule: RewardRule) -> str:
    if rule.structure is not Structure.MILESTONE:
        return ""
    return f" for every {rule.every} friends" if rule.repeat else f" once, for the first {rule.every} friends"


def _conditions(rule: RewardRule, program: Program) -> list[str]:
    said = []
    if rule.voucher is not None:
        said += _voucher_terms(rule.voucher, _terms_unit(rule, program))
    if rule.hold_days:
        said.append(f"It is held for {_days(rule.hold_days)}.")
    if rule.expires_days is not None:
        said.append(f"It expires {_days(rule.expires_days)} after it is issued.")
    return said


def _terms_unit(rule: RewardRule, program: Program) -> str:
    is_money = rule.unit is not None and rule.voucher is not None and rule.voucher.percent_bp is None
    return rule.unit or program.currency if is_money else program.currency


def _voucher_terms(terms: VoucherTerms, unit: str) -> list[str]:
    said = []
    if terms.max_discount is not None:
        said.append(f"It takes off at most {money_text(terms.max_discount, unit)}.")
    if terms.min_order is not None:
        said.append(f"It may be used on an order of at least {money_text(terms.min_order, unit)}.")
    return said


def _windows(program: Program) -> str:
    bind = "at any time" if program.bind_days is None else f"within {_days(program.bind_days)} of the first touch"
    earn = "without end" if program.earn_days is None else f"for {_days(program.earn_days)} after that"
    return f"A friend is bound to an advocate {bind} and earns rewards {earn}."


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _cap(cap: Cap) -> str:
    most = money_text(cap.maximum, cap.unit) if cap.metric is CapMetric.VALUE and cap.unit else _rewards(cap.maximum)
    rest = "the last one is cut to fit" if cap.policy is LimitPolicy.CLIP else "what does not fit whole is not given"
    person = "An advocate" if cap.side.value == "advocate" else "A friend"
    return f"{person} gets at most {most} in all; {rest}."


def _rewards(count: int) -> str:
    return "1 reward" if count == 1 else f"{count} rewards"


def _budget(program: Program) -> list[str]:
    budget = program.budget
    if budget is None:
        return []
    total = money_text(budget.total, budget.unit)
    return [f"The whole program gives at most {total}; the operator is told when {budget.alert_percent} % is used."]


def _landing(program: Program) -> list[str]:
    landing = program.landing
    if landing is None:
        return []
    others = landing.hosts[1:]
    further = f", and to pages on {', '.join(others)} where a link asks for one" if others else ""
    return [f"Links lead to {landing.url}{further}."]
