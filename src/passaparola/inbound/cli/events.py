"""`passaparola events`: bring in history."""

from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.importing import (
    Outcome,
    batch_option,
    import_file,
    rejects_option,
    rejects_path,
    summary,
)
from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import FOUND, open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def events() -> None:
    """What happened in the shop."""


@events.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--program", required=True, metavar="ID", help="The live program these events are for: its id in its file, or prg_…"
)
@click.option(
    "--source",
    default="default",
    show_default=True,
    help="The system that numbered the events. Event ids are single within one source.",
)
@rejects_option
@batch_option
@json_option
def import_events(file: Path, program: str, source: str, rejects: Path | None, batch: int, as_json: bool) -> None:
    """Import past events from FILE: JSON lines (one object a line) or CSV (a header with the field names).

    Each event is decided at its own time, by every program then in force. A second run changes nothing; an interrupted
    one goes on where it stopped. Lines that cannot be imported are said with their number and reason, and kept in a
    file of the same shape, to be mended and imported.
    """
    from passaparola.domain.events.event import DEFAULT_SOURCE
    from passaparola.domain.events.read import FIELDS, NAMES
    from passaparola.inbound.cli.files import RecordFile

    with open_for_writing() as door:
        deciding = _deciding(program)
        with RecordFile(file, FIELDS | frozenset(NAMES)) as records:
            place = rejects_path(file, records.kind, rejects)
            outcome = import_file(
                records,
                lambda lines: door.call("events.import.batch", lines=lines, source=source or DEFAULT_SOURCE),
                rejects=place,
                batch=batch,
            )
    _report(outcome, deciding, as_json)
    if not outcome.clean:
        raise click.exceptions.Exit(FOUND)


def _deciding(name: str) -> dict[str, Any]:
    """The program named and all that decide with it. Says what is wrong with the name."""
    from passaparola.actions.imports.events import importable_program
    from passaparola.inbound.commands import workspace_id
    from passaparola.store.read.catalogue import programs_of
    from passaparola.store.read.snapshot import reading

    workspace = workspace_id()
    with reading() as session:
        program = importable_program(session, workspace, name)
        live = [p.slug for p in programs_of(session, workspace) if p.live_version and p.status == "active"]
    return {"program": program.slug, "live": live}


def _report(outcome: Outcome, deciding: dict[str, Any], as_json: bool) -> None:
    counts = outcome.counts
    result: dict[str, Any] = {
        "program": deciding["program"],
        "decided_by": deciding["live"],
        **{key: counts[key] for key in ("recorded", "duplicates", "duplicate_orders")},
        "conflicts": outcome.conflicts,
        "rejected": counts["rejected"],
        "changed": outcome.changed,
        "known_decided_by": dict(outcome.decided_by),
        "rejects_file": str(outcome.rejects) if outcome.rejects else None,
        "problems": outcome.problems,
        "events_per_second": outcome.rate,
        "notes": _notes(outcome, deciding),
    }
    if as_json:
        say_json(result)
        return
    for note in result["notes"]:
        warn(note)
    click.echo(summary(outcome))


def _notes(outcome: Outcome, deciding: dict[str, Any]) -> list[str]:
    notes, program, live = [], deciding["program"], deciding["live"]
    if not outcome.total:
        notes.append("The file holds no events.")
    elif not outcome.changed:
        notes.append("Nothing was changed.")
    if outcome.decided_by and program not in outcome.decided_by:
        others = ", ".join(sorted(outcome.decided_by))
        notes.append(
            f"These events were imported before and decided by {others}; {program} did not decide them. An event is decided "
            "once in a workspace, by the programs live when it comes. To compare programs, import into another data folder."
        )
    if outcome.changed and len(live) > 1:
        notes.append(f"Every live program decided the new events: {', '.join(live)}.")
    if outcome.rejects:
        notes.append(f"What was rejected is in {outcome.rejects}. Mend it and import that file.")
    return notes
