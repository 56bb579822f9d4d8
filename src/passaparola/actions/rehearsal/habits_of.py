"""Fit habits to a history: our own log, a file of events, or none at all."""

from passaparola.actions.rehearsal.backtest import Lines, Trial, rehearse_lines, rehearse_log
from passaparola.actions.rehearsal.habits import Habits, assumed_habits, fit
from passaparola.domain.programs.compiled import Program

LEFT_OUT = "left_out"  # lines of a file that are no events
Fitted = tuple[Habits, dict[str, int]]


def habits_of_lines(trial: Trial, program: Program, lines: Lines, order_minor: int) -> Fitted:
    """The habits that a file of events shows, under this program's attribution. Raises UnableToBacktest."""
    with rehearse_lines(trial, lines) as rehearsal:
        habits, rests_on = fit(rehearsal, program.currency, order_minor)
        return habits, {**rests_on, LEFT_OUT: rehearsal.rejected}


def habits_of_log(workspace: str, trial: Trial, program: Program, order_minor: int) -> Fitted:
    """The habits that a workspace's own log shows, under this program's attribution. Raises UnableToBacktest."""
    with rehearse_log(workspace, trial) as rehearsal:
        return fit(rehearsal, program.currency, order_minor)


def habits_of_nobody(order_minor: int) -> Fitted:
    """The habits that we assume."""
    return assumed_habits(order_minor), {"people": 0, "friends": 0, "customers": 0}
