"""`passaparola simulate`: what may come of a program."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from passaparola.inbound.cli.backtests import lines_of, trial_of
from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading, wake
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.actions.rehearsal.backtest import Trial
    from passaparola.actions.rehearsal.habits_of import Fitted
    from passaparola.domain.programs.compiled import Program

ORDER = "50"  # what an order comes to where neither history nor caller says it: our assumption, marked as such


@passaparola.command()
@click.argument("file", type=FILE)
@click.option(
    "--people", default=1000, show_default=True, type=click.IntRange(1, 100_000), help="People at the beginning."
)
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650), help="How long it goes on.")
@click.option(
    "--runs", default=20, show_default=True, type=click.IntRange(1, 1000), help="How often, for the intervals."
)
@click.option("--seed", default=1, show_default=True, help="Of chance: the same seed gives the same.")
@click.option(
    "--events",
    type=FILE,
    help="Fit the habits to this file of events instead of the own database, which is then not opened.",
)
@click.option(
    "--assumed",
    metavar="AMOUNT",
    help="Look at no history: the habits that we assume, and orders of AMOUNT such as 50.00.",
)
@json_option
def simulate(
    file: Path, people: int, days: int, runs: int, seed: int, events: Path | None, assumed: str | None, as_json: bool
) -> None:
    """Say what may come of the program of FILE: K, cycle time, cost and revenue, with intervals.

    People bring friends, come and buy as often as the history shows, by chance; every event is decided by the same engine as live.
    """
    wake(keeps=events is None and assumed is None)
    from passaparola.actions.rehearsal.backtest import UnableToBacktest, program_of
    from passaparola.actions.rehearsal.simulate import Dose, UnableToSimulate, simulate
    from passaparola.domain.money import UnableToReadAmount, parse_amount
    from passaparola.inbound.simulations import simulation_json, simulation_words

    trial = trial_of(file)
    try:
        program = program_of(trial)
        order_minor = parse_amount(assumed or ORDER, program.currency)
        habits, rests_on = _habits(trial, program, events, assumed is not None, order_minor)
        found = simulate(program, habits, Dose(people, days, runs, seed), rests_on)
    except UnableToReadAmount as problem:
        raise click.UsageError(f"--assumed: {problem}") from None
    except UnableToBacktest as problem:
        click.echo(f"passaparola: {problem}", err=True)
        raise click.exceptions.Exit(FOUND) from None
    except UnableToSimulate as problem:
        raise Problem(str(problem)) from None
    if as_json:
        say_json(simulation_json(found, program))
    else:
        click.echo(simulation_words(found, program))


def _habits(trial: "Trial", program: "Program", events: Path | None, assumed: bool, order_minor: int) -> "Fitted":
    from passaparola.actions.rehearsal.habits_of import habits_of_lines, habits_of_log, habits_of_nobody

    if assumed:
        return habits_of_nobody(order_minor)
    if events is not None:
        return habits_of_lines(trial, program, lambda: lines_of(events), order_minor)
    return habits_of_log(open_for_reading(), trial, program, order_minor)
