"""Queues in a rehearsal: what waits for room is let go when there is some, as the clock would let it go.

While the program tried was live itself the log says when the clock did, and it is done then and at no other time.
"""

from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.stage import Stage, StageDesk
from passaparola.actions.rewards.queue import RELEASE, release_batch
from passaparola.domain.instant import Instant, end_of_day
from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import counter_now
from passaparola.store.read.ledger_log import LoggedAct

_CLOCK, _MOST = "clock", 1_000_000


class Queues:
    """Those of the program tried, asked at each midnight of its calendar, with which periods begin. `always`: whatever the log says."""

    def __init__(self, stage: Stage, *, always: bool):
        self.stage, self.always = stage, always
        self.midnight: Instant = 0
        self.asked: object = None  # what it went by the last time; while that is the same nothing leaves

    def until(self, now: Instant) -> None:
        """Ask at each midnight that has passed since the last time."""
        while self.midnight <= now:
            versions = self.stage.memory.programs.get(self.stage.trial) if self.stage.fixed else None
            waits = versions is not None and any(self.stage.figures.queues.values())
            if versions is None or not waits or (self.stage.as_live and not self.always):
                self.midnight = end_of_day(now, 0, versions.live.timezone) if versions is not None else now + 1
                return
            self._release(versions.live, self.midnight)
            self.midnight = end_of_day(self.midnight, 0, versions.live.timezone)

    def _release(self, program: Program, at: Instant) -> None:
        figures = self.stage.figures
        desk = self.stage.desk(Deed(LoggedAct(f"{RELEASE}:{at}", _CLOCK, RELEASE, "", {}, at)))
        desk.only = self.stage.trial
        figures.now, figures.acting = at, True
        try:
            while (asked := self._goes_by(program, desk)) != self.asked:
                self.asked = asked
                if not release_batch(desk, _MOST):
                    break
        finally:
            figures.acting = False

    def _goes_by(self, program: Program, desk: StageDesk) -> object:
        """The program, what waits, who is who, and what is used of each limit by which something waits."""
        memory, limits = self.stage.memory, (counter_now(program, name, desk.now) for name in desk.full_limits())
        used = tuple((limit, memory.counters.get(limit[0], 0)) for limit in limits if limit is not None)
        return program, self.stage.figures.queue_moves, len(memory.roots), used
