"""What came of a landing page: how often people opened it, took its offer, played its film. docs/metrics.md has the words."""

from fractions import Fraction
from typing import NamedTuple

from passaparola.domain.tongue import gettext_noop as _
from passaparola.store.read import tallies, tally_sums
from passaparola.store.read.design import plays_of, taken_of
from passaparola.store.read.snapshot import Session
from passaparola.store.read.tally_sums import Scope

DEFINITIONS: dict[str, str] = {
    "opened": _("Persons' visits through the links of the program."),
    "taken": _("Visits that took the offer on the page, each once; where a mail brings it, those who left an address."),
    "plays": _("Visits that asked for the film, each once."),
}


class Landing(NamedTuple):
    """Since the beginning, in all languages."""

    opened: int
    taken: int
    plays: int

    @property
    def rate(self) -> Fraction | None:
        """taken ÷ opened, not rounded; None while nobody opened it."""
        return Fraction(self.taken, self.opened) if self.opened else None


def landing_of(session: Session, workspace: str, program: str, slug: str) -> Landing:
    """Of a program, by its id and its slug; five statements, whatever the number of visits."""
    mark, scope = tallies.mark_of(session, workspace), Scope(program)
    ahead = sum(
        int(count) for _measure, _day, _unit, count, _minor in tally_sums.by_day(session, workspace, scope, ["clicks"])
    )
    since = tallies.visits_since(session, workspace, mark.visits_until)
    opened = ahead + sum(count for key, (count, _minor) in since.items() if key.program == program)
    return Landing(opened, taken_of(session, workspace, program), plays_of(session, workspace, slug))
