"""What may come of a program before anybody has taken part: of every hundred people, by habits that are assumed and marked as such."""

from functools import lru_cache

from passaparola.actions.rehearsal.backtest import Trial, UnableToBacktest, program_of
from passaparola.actions.rehearsal.habits_of import habits_of_nobody
from passaparola.actions.rehearsal.simulate import Dose, Simulation, UnableToSimulate, simulate

DOSE = Dose(people=100, days=365, runs=10)  # a third of a second


@lru_cache(maxsize=64)
def forecast_of(document: str, order_minor: int) -> Simulation | None:
    """A year with a hundred people, decided by the same engine as live; orders of `order_minor`. None where what earns is not simulated."""
    trial = Trial(document, "program.yaml")
    try:
        program = program_of(trial)
        habits, rests_on = habits_of_nobody(order_minor)
        return simulate(program, habits, DOSE, rests_on)
    except (UnableToBacktest, UnableToSimulate):
        return None
