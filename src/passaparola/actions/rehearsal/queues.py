"""Queues in a rehearsal: what waits for room is let go when there is some, as the clock would let it go.

While the program tried was live itself the log says when the clock did, and it is done then and at no other time.
"""

from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.stage import Stage
from passaparola.actions.rewards.queue import RELEASE, release_batch
from passaparola.domain.instant import Instant, end_of_day
from passaparola.store.read.ledger_log import LoggedAct

_CLOCK, _MOST = "clock", 1_000_000


class Queues:
    """Those of the program tried, asked at each midnight of its calendar, with which periods begin. `always`: whatever the log says."""

    def __init__(self, stage: Stage, *, always: bool):
        self.stage, self.always = stage, always
        self.midnight: Instant = 0

    def until(self, now: Instant) -> None:
        """Ask at each midnight that has passed since the last time."""
        while self.midnight <= now:
            versions = self.stage.memory.programs.get(self.stage.trial) if self.stage.fixed else None
            waits = versions is not None and any(self.stage.figures.queues.values())
            if versions is None or not waits or (self.stage.as_live and not self.always):
                self.midnight = end_of_day(now, 0, versions.live.timezone) if versions is not None else now + 1
                return
            self._release(self.midnight)
            self.midnight = end_of_day(self.midnight, 0, versions.live.timezone)

    def _release(self, at: Instant) -> None:
        figures = self.stage.figures
        desk = self.stage.desk(Deed(LoggedAct(f"{RELEASE}:{at}", _CLOCK, RELEASE, "", {}, at)))
        desk.only = self.stage.trial
        figures.now, figures.acting = at, True
        try:
            while release_batch(desk, _MOST):
                pass
        finally:
            figures.acting = False
