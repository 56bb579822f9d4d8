"""What is given by rule, in plain sentences."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.granting import GrantRule
from passaparola.domain.rewards.periods import Period
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

_ONCE = _(
    "Given without staff, once, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
)
_AGAIN = {
    Period.DAY: _(
        "Given without staff, once a day, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
    ),
    Period.WEEK: _(
        "Given without staff, once a week, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
    ),
    Period.MONTH: _(
        "Given without staff, once a month, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
    ),
    Period.QUARTER: _(
        "Given without staff, once a quarter, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
    ),
    Period.YEAR: _(
        "Given without staff, once a year, to each person for whom %(condition)s holds: %(reward)s. The reason: “%(reason)s”."
    ),
}


def grant_words(program: Program, tongue: Tongue) -> Iterator[str]:
    """One sentence for each rule that gives."""
    for grant in program.grants:
        yield _said(grant, tongue)


def _said(grant: GrantRule, tongue: Tongue) -> str:
    text = _ONCE if grant.again is None else _AGAIN[grant.again]
    return tongue.gettext(text) % {"condition": grant.when.text, "reward": grant.rule, "reason": grant.reason}
