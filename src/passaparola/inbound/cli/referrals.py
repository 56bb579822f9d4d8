"""`passaparola referrals`: enter recommendations that no link or code has seen."""

from pathlib import Path

import click

from passaparola.inbound.cli.importing import batch_option, import_file, rejects_option, rejects_path, say_outcome
from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import Problem, open_for_writing
from passaparola.inbound.cli.root import passaparola

_FIELDS = frozenset({"advocate", "friend", "at", "note"})
_program = click.option("--program", required=True, metavar="ID", help="The live program: its id in its file, or prg_…")


@passaparola.group()
def referrals() -> None:
    """Recommendations that no link or code has seen."""


@referrals.command("import")
@click.argument("file", type=FILE)
@_program
@rejects_option
@batch_option
@json_option
def import_referrals(file: Path, program: str, rejects: Path | None, batch: int, as_json: bool) -> None:
    """Enter who had brought whom before there was a program: JSON lines or CSV with advocate, friend, at, note.

    They are organic: kept apart in reports, and without a reward unless the program's file says so. A second run
    changes nothing.
    """
    from passaparola.inbound.cli.files import RecordFile

    with open_for_writing() as door, RecordFile(file, _FIELDS) as records:
        place = rejects_path(file, records.kind, rejects)
        outcome = import_file(
            records,
            lambda lines: door.call("referrals.import.batch", lines=lines, program=program),
            rejects=place,
            batch=batch,
        )
    say_outcome(outcome, ("recorded", "duplicates", "conflicts", "rejected"), as_json=as_json)


@referrals.command()
@_program
@click.option("--advocate", required=True, metavar="WHO", help="Who recommended: a customer id or an e-mail address.")
@click.option("--friend", required=True, metavar="WHO", help="Who came: a customer id or an e-mail address.")
@click.option("--at", metavar="TIME", help="When the friend came, such as 2026-05-01T09:30:00Z. Now if left out.")
@click.option("--reason", required=True, help="Why it is entered by hand; kept with it.")
@click.option("--organic", is_flag=True, help="As one of the past: counted, without a reward unless the file says so.")
@json_option
def add(program: str, advocate: str, friend: str, at: str | None, reason: str, organic: bool, as_json: bool) -> None:
    """Enter one recommendation that staff were told of, with the reason why."""
    if not reason.strip():
        raise click.BadParameter("say why it is entered by hand", param_hint="--reason")
    line = {"advocate": advocate, "friend": friend, "at": at, "note": reason}
    with open_for_writing() as door:
        told = door.call("referrals.add", line=line, program=program, organic=organic)
    problems = [why for _, why in (*told["rejected"], *told["conflicts"])]
    if problems:
        raise Problem("; ".join(problems))
    if as_json:
        say_json({"changed": told["recorded"] > 0})
    else:
        click.echo("It is entered." if told["recorded"] else "It was entered before, and nothing was changed.")
