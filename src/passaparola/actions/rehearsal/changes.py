"""Who gains and who loses when one program takes the place of another."""

from collections import Counter
from dataclasses import dataclass, field
from heapq import nlargest

from passaparola.actions.rehearsal.figures import CONVERTED
from passaparola.actions.rehearsal.rehearse import Rehearsal


@dataclass(frozen=True, slots=True)
class Change:
    """What one person has more (or less) in one unit, net of what was taken back. `person`: the firm's own id where it is known."""

    person: str
    unit: str
    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before


@dataclass(slots=True)
class Changes:
    """The difference that `new` makes against `old`, by unit; of the persons those with the largest, as many as were asked for."""

    gain: Counter[str] = field(default_factory=Counter)  # how many persons
    lose: Counter[str] = field(default_factory=Counter)
    same: int = 0
    more: Counter[str] = field(default_factory=Counter)  # value, of those who gain
    less: Counter[str] = field(default_factory=Counter)
    winners: tuple[Change, ...] = ()
    losers: tuple[Change, ...] = ()


def changes_between(new: Rehearsal, old: Rehearsal, most: int) -> Changes:
    """Compare what each person has at the end. Both must have been summed."""
    found = Changes()
    winners: list[Change] = []
    losers: list[Change] = []
    for person, has in new.figures.people.items():
        _compare(_named(new, person), old.figures.people.get(person) or {}, has, found, winners, losers)
        winners, losers = _largest(winners, most), _largest(losers, most)
    for person, had in old.figures.people.items():
        if person not in new.figures.people:
            _compare(_named(new, person), had, {}, found, winners, losers)
            winners, losers = _largest(winners, most), _largest(losers, most)
    found.winners, found.losers = tuple(_ranked(winners, most)), tuple(_ranked(losers, most))
    return found


def _compare(
    name: str, had: dict[str, int], has: dict[str, int], found: Changes, winners: list[Change], losers: list[Change]
) -> None:
    units = sorted((had.keys() | has.keys()) - {CONVERTED})
    changes = [Change(name, unit, had.get(unit, 0), has.get(unit, 0)) for unit in units]
    found.same += not any(change.more for change in changes)
    for change in changes:
        if change.more > 0:
            found.gain[change.unit] += 1
            found.more[change.unit] += change.more
            winners.append(change)
        elif change.more < 0:
            found.lose[change.unit] += 1
            found.less[change.unit] -= change.more
            losers.append(change)


def _largest(changes: list[Change], most: int) -> list[Change]:
    return _ranked(changes, most) if len(changes) > 2 * most + 100 else changes


def _ranked(changes: list[Change], most: int) -> list[Change]:
    return nlargest(most, sorted(changes, key=lambda c: (c.person, c.unit)), key=lambda c: abs(c.more))


def _named(rehearsal: Rehearsal, person: str) -> str:
    found = rehearsal.names.get(person)
    return found[1] if found and found[0] == 0 else f"per_{person}"
