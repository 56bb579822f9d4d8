"""What a leaderboard shows, in plain sentences, for people who check a program."""

from collections.abc import Iterator

from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.leaderboard import BoardBy, BoardPeriod, Others
from passaparola.domain.tongue import Tongue, ngettext_noop
from passaparola.domain.tongue import gettext_noop as _

_COUNTED = {
    BoardPeriod.MONTH: ngettext_noop(
        "A public leaderboard shows the advocate with the most friends of each month.",
        "A public leaderboard shows the %(n)s advocates with the most friends of each month.",
    ),
    BoardPeriod.QUARTER: ngettext_noop(
        "A public leaderboard shows the advocate with the most friends of each quarter.",
        "A public leaderboard shows the %(n)s advocates with the most friends of each quarter.",
    ),
    BoardPeriod.YEAR: ngettext_noop(
        "A public leaderboard shows the advocate with the most friends of each year.",
        "A public leaderboard shows the %(n)s advocates with the most friends of each year.",
    ),
    BoardPeriod.ALL: ngettext_noop(
        "A public leaderboard shows the advocate with the most friends of all time.",
        "A public leaderboard shows the %(n)s advocates with the most friends of all time.",
    ),
}
_BY = {
    BoardBy.CONVERSIONS: _("A friend counts there once they have earned something."),
    BoardBy.REFERRALS: _("A friend counts there once they have come, whether they earn something or not."),
}
_OTHERS = {
    Others.ALIAS: _("Whoever did not agree to be named stands there without a name."),
    Others.HIDDEN: _("Whoever did not agree to be named is left out."),
}


def leaderboard_words(program: Program, tongue: Tongue) -> Iterator[str]:
    """What it counts, whom it names, and whether it says what they earned."""
    board = program.leaderboard
    if board is None:
        return
    yield tongue.ngettext(*_COUNTED[board.period], board.size) % {"n": board.size}
    yield tongue.gettext(_BY[board.by])
    yield tongue.gettext(_OTHERS[board.others])
    if board.rewards:
        yield tongue.gettext(_("It also says what they earned in that time."))
