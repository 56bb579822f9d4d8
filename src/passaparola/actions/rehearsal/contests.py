"""Contests in a rehearsal: closed when their time comes in what is told, as the clock would have closed them."""

from passaparola.actions.programs.contests import CLOSE, award, close, span_again
from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.stage import Stage, cause_of
from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.rewards.contests import Span, span_of
from passaparola.store.read.ledger_log import LoggedAct

_CLOCK = "clock"


class Contests:
    """The contest of the program tried. Its first period is the one in which the program is first there."""

    def __init__(self, stage: Stage):
        self.stage = stage
        self.open: Span | None = None
        self.idle: Instant = 0  # when the program was last seen paused, which closes nothing

    def until(self, now: Instant) -> None:
        """Close what is over by now."""
        versions = self.stage.memory.programs.get(self.stage.trial) if self.stage.fixed else None
        contest = versions.live.contest if versions is not None else None
        if versions is None or contest is None:
            return
        if self.open is None:
            self.open = span_of(now, contest, versions.live.timezone)
        if versions.live.status is not ProgramStatus.ACTIVE:
            self.idle = now
            return
        while self.open.closes <= now:
            over, self.open = self.open, span_of(self.open.ends, contest, versions.live.timezone)
            self._close(over, max(over.closes, self.idle))

    def _close(self, over: Span, at: Instant) -> None:
        act = LoggedAct(f"{CLOSE}:{over.name}", _CLOCK, CLOSE, "", {}, at)
        figures = self.stage.figures
        figures.now, figures.acting = at, True
        try:
            close(self.stage.desk(Deed(act)), self.stage.trial, over)
        finally:
            figures.acting = False


def close_as_then(stage: Stage, deed: Deed) -> bool:
    """A close of the log, with the places there were. The program tried has closes of its own."""
    key, given = stage.keys.get(deed.act.subject, ""), deed.act.input
    versions = stage.memory.programs.get(key)
    if versions is None:
        return False
    if stage.fixed and key == stage.trial:
        return True
    places = given["places"]
    award(stage.desk(deed), key, span_again(versions, dict(given)), places, cause_of(deed), stage.memory)
    return True
