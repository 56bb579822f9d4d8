"""The scale rule of the program tried: asked at each midnight (UTC) of what is told, as the clock would ask within the hour.

Whoever came back is counted with each decision, so that asking costs nothing.
"""

from collections import Counter
from dataclasses import replace

from passaparola.actions.effects import Cause
from passaparola.actions.events.overlay import MERGED, Case
from passaparola.actions.rehearsal.stage import Stage
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.decision import Decision
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.reader import read_program
from passaparola.domain.programs.scale import Kept, Scale, is_due
from passaparola.domain.programs.scaling import UnableToExtend, extended_text
from passaparola.domain.referrals.coming_back import first_and_back
from passaparola.store.shelf import Shelf


class Growth:
    """`extended`: when the program was extended, once it was."""

    def __init__(self, stage: Stage, seen: Shelf):
        self.stage, self.seen = stage, seen  # referral → on which day they are judged, and whether they came back
        self.friends: Counter[int] = Counter()  # by day
        self.back: Counter[int] = Counter()
        self.scale: Scale | None = None
        self.asked = 0
        self.extended: Instant | None = None

    def until(self, now: Instant) -> None:
        """Ask at each midnight that has passed since the last time."""
        versions = self.stage.memory.programs.get(self.stage.trial) if self.stage.fixed else None
        if versions is None or versions.live.scale is None:
            return
        today = now // DAY
        if self.scale is None:
            self.scale, self.asked = versions.live.scale, today
            self.stage.plan.seen = self._decided
        for day in range(self.asked + 1, today + 1) if self.scale is versions.live.scale else ():
            if versions.live.status is ProgramStatus.ACTIVE and is_due(self.scale, self._kept(day)):
                self._extend(versions, day * DAY)
                break
        self.asked = today

    def _kept(self, day: int) -> Kept:
        friends = sum(count for due, count in self.friends.items() if due <= day)
        return Kept(friends, sum(count for due, count in self.back.items() if due <= day))

    def _decided(self, case: Case, decision: Decision, cause: Cause, now: Instant) -> None:
        """One decision: what it says of the friend takes the place of what was known."""
        self.stage.figures.decided(case, decision, cause, now)
        if case.program != self.stage.trial or self.scale is None or self.extended is not None:
            return
        if case.id in self.seen:
            self._count(self.seen[case.id], -1)
            del self.seen[case.id]
        within = self.scale.days * DAY
        found = first_and_back(case.state, within) if case.status != MERGED else None
        if found is not None:
            self.seen[case.id] = (-(-(found[0] + within) // DAY), found[1])
            self._count(self.seen[case.id], 1)

    def _count(self, judged: tuple[int, bool], more: int) -> None:
        day, back = judged
        self.friends[day] += more
        self.back[day] += more * back

    def _extend(self, versions: ProgramVersions, at: Instant) -> None:
        """The file as its rule makes it is the next version, where it can be made."""
        self.extended = at
        live = versions.live
        try:
            text = extended_text(live.document)
        except UnableToExtend:
            return
        found, _ = read_program(text, key=live.key, version=live.version + 1, effective_from=at)
        if found is not None:
            extended: Program = replace(found, status=live.status)
            self.stage.put_program(live.key, ProgramVersions((*versions.versions, extended), extended))
