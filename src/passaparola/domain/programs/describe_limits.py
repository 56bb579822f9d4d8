"""What a program says of limits and of other programs, in plain sentences."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import (
    DEFAULT_PRECEDENCE,
    Budget,
    Cap,
    CapMetric,
    CapPer,
    LimitPolicy,
    OnExhausted,
    Program,
)
from passaparola.domain.rewards.periods import Period
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

_PLAIN = {
    (CapPer.ADVOCATE, LimitPolicy.CLIP): _("An advocate gets at most %(most)s in all; the last one is cut to fit."),
    (CapPer.ADVOCATE, LimitPolicy.STOP): _(
        "An advocate gets at most %(most)s in all; what does not fit whole is not given."
    ),
    (CapPer.FRIEND, LimitPolicy.CLIP): _("A friend gets at most %(most)s in all; the last one is cut to fit."),
    (CapPer.FRIEND, LimitPolicy.STOP): _(
        "A friend gets at most %(most)s in all; what does not fit whole is not given."
    ),
}
_WHO = {
    CapPer.ADVOCATE: _("An advocate gets at most %(most)s %(how_long)s; %(rest)s."),
    CapPer.FRIEND: _("A friend gets at most %(most)s %(how_long)s; %(rest)s."),
    CapPer.REFERRAL: _("One referral gives both sides at most %(most)s %(how_long)s; %(rest)s."),
    CapPer.PROGRAM: _("The whole program gives at most %(most)s %(how_long)s; %(rest)s."),
}
HOW_LONG: dict[Period | None, str] = {
    None: _("in all"),
    Period.DAY: _("a day"),
    Period.WEEK: _("a week"),
    Period.MONTH: _("a month"),
    Period.QUARTER: _("a quarter"),
    Period.YEAR: _("a year"),
}
_REST = {
    LimitPolicy.CLIP: _("the last one is cut to fit"),
    LimitPolicy.STOP: _("what does not fit whole is not given"),
    LimitPolicy.QUEUE: _("what does not fit waits until there is room, the oldest first"),
}
_IN_ALL = _("The whole program gives at most %(total)s; the operator is told when %(percent)s is used.")
_EACH = _("The whole program gives at most %(total)s %(how_long)s; the operator is told when %(percent)s is used.")
_QUEUES = _("What does not fit waits until there is room, the oldest first.")


def cap_words(cap: Cap, tongue: Tongue) -> str:
    """The most that somebody gets, and what becomes of the rest."""
    translate, n = tongue.gettext, cap.maximum
    if cap.metric is CapMetric.COUNT:
        most = tongue.ngettext("%(n)s reward", "%(n)s rewards", n) % {"n": n}
    else:
        most = tongue.money(n, cap.unit or "")
    if cap.is_plain:
        return translate(_PLAIN[cap.per, cap.policy]) % {"most": most}
    given = {"most": most, "how_long": translate(HOW_LONG[cap.period]), "rest": translate(_REST[cap.policy])}
    return translate(_WHO[cap.per]) % given


def budget_words(budget: Budget, tongue: Tongue) -> str:
    """The most that the whole program gives, and what becomes of the rest."""
    translate = tongue.gettext
    given = {
        "total": tongue.money(budget.total, budget.unit),
        "percent": tongue.percent(budget.alert_percent * 100),
        "how_long": translate(HOW_LONG[budget.period]),
    }
    said = translate(_IN_ALL if budget.period is None else _EACH) % given
    return f"{said} {translate(_QUEUES)}" if budget.on_exhausted is OnExhausted.QUEUE else said


def beside_others(program: Program, tongue: Tongue) -> Iterator[str]:
    """Where several programs want one conversion: whether this one comes first, and whether it shares."""
    translate = tongue.gettext
    if program.precedence != DEFAULT_PRECEDENCE:
        said = _FIRST
        yield translate(said) % {"n": program.precedence}
    if program.combine:
        yield translate(_COMBINES)


_FIRST = _(
    "Where several programs want one conversion, the one with the largest precedence gets it; this one has %(n)s."
)
_COMBINES = _("It also earns beside other programs that combine.")
