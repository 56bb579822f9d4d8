"""What a contest gives to whom, in plain sentences: for people who check a program, for advocates, for friends."""

from collections.abc import Callable, Iterator

from passaparola.domain.programs.compiled import Program, RewardRule
from passaparola.domain.programs.contest import Places, Ties
from passaparola.domain.rewards.periods import Period
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

Gift = Callable[[RewardRule], str]

_COUNT = {
    Period.DAY: _("Each day the advocates who brought the most friends win:"),
    Period.WEEK: _("Each week the advocates who brought the most friends win:"),
    Period.MONTH: _("Each month the advocates who brought the most friends win:"),
    Period.QUARTER: _("Each quarter the advocates who brought the most friends win:"),
    Period.YEAR: _("Each year the advocates who brought the most friends win:"),
}
_VALUE = {
    Period.DAY: _("Each day the advocates whose friends paid most win:"),
    Period.WEEK: _("Each week the advocates whose friends paid most win:"),
    Period.MONTH: _("Each month the advocates whose friends paid most win:"),
    Period.QUARTER: _("Each quarter the advocates whose friends paid most win:"),
    Period.YEAR: _("Each year the advocates whose friends paid most win:"),
}
_TIES = {
    Ties.FIRST: _("Of advocates who brought the same, whoever got there first has the better place."),
    Ties.SHARE: _("Advocates who brought the same share the place, and each of them wins its prize."),
}
_OFTEN = {
    Period.DAY: _("each day, for the most friends"),
    Period.WEEK: _("each week, for the most friends"),
    Period.MONTH: _("each month, for the most friends"),
    Period.QUARTER: _("each quarter, for the most friends"),
    Period.YEAR: _("each year, for the most friends"),
}
_OFTEN_VALUE = {
    Period.DAY: _("each day, to whom friends bring most"),
    Period.WEEK: _("each week, to whom friends bring most"),
    Period.MONTH: _("each month, to whom friends bring most"),
    Period.QUARTER: _("each quarter, to whom friends bring most"),
    Period.YEAR: _("each year, to whom friends bring most"),
}


def contest_words(program: Program, tongue: Tongue, gift: Gift) -> Iterator[str]:
    """The contest and its prizes, a line each."""
    contest = program.contest
    if contest is None:
        return
    translate = tongue.gettext
    yield translate((_VALUE if contest.by_value else _COUNT)[contest.period])
    for rule in program.prizes:
        yield f"- {prize_words(rule, gift(rule), tongue)}"
    yield translate(_TIES[contest.ties])
    if contest.by_value:
        least = tongue.money(contest.least, program.currency)
        yield translate(_("It takes %(least)s of friends' orders to win.")) % {"least": least}
    elif contest.least > 1:
        said = tongue.ngettext("It takes %(n)s friend to win.", "It takes %(n)s friends to win.", contest.least)
        yield said % {"n": contest.least}
    if contest.wait_days:
        days = tongue.ngettext("%(n)s day", "%(n)s days", contest.wait_days) % {"n": contest.wait_days}
        yield translate(_("It is decided %(days)s after the end; what is refunded later changes nothing.")) % {
            "days": days
        }
    else:
        yield translate(_("It is decided at the end; what is refunded later changes nothing."))


def prize_words(rule: RewardRule, gift: str, tongue: Tongue) -> str:
    """`place 1: a gift card of 50.00 EUR`."""
    place = rule.places or Places(1, 1)
    said = tongue.gettext(
        _("Place %(first)s: %(gift)s")
        if place.first == place.last
        else _("Places %(first)s to %(last)s: %(gift)s each")
    )
    return said % {"first": place.first, "last": place.last, "gift": gift}


def prizes_to_win(program: Program, tongue: Tongue, gift: Gift) -> list[str]:
    """For advocates: what there is to win, and how often."""
    contest = program.contest
    if contest is None:
        return []
    often = tongue.gettext((_OFTEN_VALUE if contest.by_value else _OFTEN)[contest.period])
    said = tongue.gettext(_("%(prize)s (%(often)s)"))
    return [said % {"prize": prize_words(rule, gift(rule), tongue), "often": often} for rule in program.prizes]
