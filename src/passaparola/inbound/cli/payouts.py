"""`passaparola payouts`, `payroll` and `shipping`: what is to be handed over as a CSV file, and what was."""

from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table, warn
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola

_OUTPUT = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: standard output."
)
_INPUT = click.Path(exists=True, dir_okay=False, path_type=Path)
_BATCH = 500


@passaparola.group()
def payouts() -> None:
    """Money, gift cards and commission that are owed."""


@passaparola.group()
def payroll() -> None:
    """Bonuses that are owed with the wages."""


@passaparola.group()
def shipping() -> None:
    """Things that are owed and to be sent."""


@payouts.command("export")
@_OUTPUT
@json_option
def export_payouts(output: Path | None, as_json: bool) -> None:
    """Write what is to be paid out as CSV: fill in `reference` when it was paid, and give the file to `payouts confirm`."""
    _export("payout", output, as_json)


@payroll.command("export")
@_OUTPUT
@json_option
def export_payroll(output: Path | None, as_json: bool) -> None:
    """Write the bonuses for the payroll as CSV: person, period, gross."""
    _export("payroll", output, as_json)


@shipping.command("export")
@_OUTPUT
@json_option
def export_shipping(output: Path | None, as_json: bool) -> None:
    """Write what is to be sent as CSV, with size and name; `missing` says what nobody has told yet."""
    _export("shipping", output, as_json)


@payouts.command("confirm")
@click.argument("file", type=_INPUT)
@json_option
def confirm_payouts(file: Path, as_json: bool) -> None:
    """Book the lines of FILE that have a reference as paid. A line told twice pays once."""
    _confirm(file, as_json)


@payroll.command("confirm")
@click.argument("file", type=_INPUT)
@json_option
def confirm_payroll(file: Path, as_json: bool) -> None:
    """Book the lines of FILE that have a reference as paid with the wages. A line told twice pays once."""
    _confirm(file, as_json)


@shipping.command("confirm")
@click.argument("file", type=_INPUT)
@json_option
def confirm_shipping(file: Path, as_json: bool) -> None:
    """Book the lines of FILE that have a reference as sent. A line told twice is sent once."""
    _confirm(file, as_json)


def _export(way: str, output: Path | None, as_json: bool) -> None:
    workspace = open_for_reading()
    from passaparola.domain.cells import csv_text
    from passaparola.inbound.payout_files import columns_of, exported

    lines = exported(workspace, way)
    if as_json:
        say_json({"way": way, "lines": lines})
        return
    heads = columns_of(way, lines)
    text = csv_text(heads, [[line.get(head, "") for head in heads] for line in lines])
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8", newline="")
        warn(f"{len(lines)} lines are in {output}.")


def _confirm(file: Path, as_json: bool) -> None:
    from passaparola.inbound.payout_files import read_confirmed

    try:
        lines, problems = read_confirmed(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Problem(
            f"{file} is not UTF-8 text (byte {wrong.start + 1}). Save it as CSV in UTF-8; nothing was booked"
        ) from None
    outcomes: list[dict[str, Any]] = []
    with open_for_writing() as door:
        for start in range(0, len(lines), _BATCH):
            outcomes += door.call("payouts.confirm", lines=lines[start : start + _BATCH])
    refused = [o for o in outcomes if o["outcome"] not in ("handed_over", "already_handed_over")]
    if as_json:
        say_json({"outcomes": outcomes, "problems": problems})
    else:
        _say(outcomes, problems)
    if refused or problems:
        raise click.exceptions.Exit(FOUND)


def _say(outcomes: list[dict[str, Any]], problems: list[str]) -> None:
    for problem in problems:
        warn(problem)
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome["outcome"]] = counts.get(outcome["outcome"], 0) + 1
        if outcome["message"]:
            warn(f"{outcome['reward']}: {outcome['message']}")
    click.echo(table(["outcome", "lines"], sorted(counts.items())))
