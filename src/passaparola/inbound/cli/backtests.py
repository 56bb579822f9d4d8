"""`passaparola backtest`: what a program would have done with a history."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.programs import FILE, read_text
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading, wake
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.actions.rehearsal.backtest import Backtest, Trial, Wish


@passaparola.command()
@click.argument("file", type=FILE)
@click.option(
    "--against", metavar="FILE", help="A second program to compare with, or `live`: what was live at each time."
)
@click.option(
    "--events", type=FILE, help="Replay this file of events instead of the own database, which is then not opened."
)
@click.option(
    "--from",
    "since",
    metavar="TIME",
    help="Let the program begin at this time, such as 2026-05-01T00:00:00Z; what came before is only known.",
)
@click.option("--to", "until", metavar="TIME", help="Replay only what came before this time.")
@click.option("--explain", metavar="ID", help="Say why, for one event (its own id) or order.")
@click.option(
    "--people",
    default=20,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="How many who gain, and who lose, to name.",
)
@json_option
def backtest(
    file: Path, against: str | None, events: Path | None, since: str | None, until: str | None, explain: str | None, people: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Replay a history under the program of FILE, and say what it would have given to whom. Writes nothing.

    The history is the own database's, in the order of arrival, or a file of events (JSON lines or CSV).
    """
    wake(keeps=events is None)
    from passaparola.actions.rehearsal.backtest import Wish
    from passaparola.inbound.backtests import as_json as json_of
    from passaparola.inbound.backtests import as_words

    period = (_when("--from", since), _when("--to", until))
    if period[0] is not None and period[1] is not None and period[0] >= period[1]:
        raise click.UsageError("--from is not before --to: there is nothing between them")
    wish = Wish(explain=explain, people=people, period=period)
    found = _backtest(trial_of(file), _against(against), events, wish)
    if explain and found.explained is not None and not found.explained.facts:
        raise Problem(f"No event or order of this history goes by {explain!r}")
    if as_json:
        say_json(json_of(found))
    else:
        click.echo(as_words(found))


def trial_of(file: Path) -> "Trial":
    """A program file to try."""
    from passaparola.actions.rehearsal.backtest import Trial

    return Trial(read_text(file), str(file))


def _against(name: str | None) -> "Trial | None":
    from passaparola.actions.rehearsal.backtest import LIVE, Trial

    if name is None:
        return None
    if name == LIVE:
        return Trial(LIVE)
    file = Path(name)
    if not file.is_file():
        raise click.UsageError(f"--against: there is no file {name}. Give a program file, or the word `live`")
    return trial_of(file)


def _when(option: str, text: str | None) -> int | None:
    from passaparola.domain.instant import UnableToReadInstant, parse_instant

    try:
        return None if text is None else parse_instant(text)
    except UnableToReadInstant as problem:
        raise click.UsageError(f"{option}: {problem}") from None


def _backtest(trial: "Trial", against: "Trial | None", events: Path | None, wish: "Wish") -> "Backtest":
    from passaparola.actions.rehearsal.backtest import LIVE, UnableToBacktest, backtest_lines, backtest_log

    if events is not None and against is not None and against.document == LIVE:
        raise click.UsageError("--against live needs the own database; leave --events out, or name a file")
    try:
        if events is not None:
            return backtest_lines(trial, lambda: lines_of(events), against=against, wish=wish)
        return backtest_log(open_for_reading(), trial, against=against, wish=wish)
    except UnableToBacktest as problem:
        click.echo(f"passaparola: {problem}", err=True)
        raise click.exceptions.Exit(FOUND) from None


def lines_of(path: Path) -> Iterable[tuple[int, Any]]:
    """The records of a file of events with their lines; what cannot be read is handed on as it stands, to be said."""
    from passaparola.domain.events.read import FIELDS, NAMES
    from passaparola.inbound.cli.files import RecordFile

    with RecordFile(path, FIELDS | NAMES.keys()) as file:
        for record in file:
            yield record.line, record.value if record.problem is None else record.problem
