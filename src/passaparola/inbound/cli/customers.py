"""`passaparola customers`: tell who is no new friend."""

from pathlib import Path

import click

from passaparola.inbound.cli.importing import batch_option, import_file, rejects_option, rejects_path, say_outcome
from passaparola.inbound.cli.output import json_option
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def customers() -> None:
    """The customers you have already."""


@customers.command("import")
@click.argument("file", type=FILE)
@rejects_option
@batch_option
@json_option
def import_customers(file: Path, rejects: Path | None, batch: int, as_json: bool) -> None:
    """Import your customers from FILE: JSON lines or CSV with person, email, phone, customer_since, facts.NAME.

    Who is a customer before a recommendation is not a new friend. Without customer_since it counts from now. A second
    run changes nothing.
    """
    from passaparola.domain.people.facts import person_fact_of_text
    from passaparola.domain.people.read import FIELDS
    from passaparola.inbound.cli.files import RecordFile

    with open_for_writing() as door, RecordFile(file, FIELDS, person_fact_of_text) as records:
        place = rejects_path(file, records.kind, rejects)
        outcome = import_file(
            records, lambda lines: door.call("customers.import.batch", lines=lines), rejects=place, batch=batch
        )
    say_outcome(outcome, ("recorded", "duplicates", "rejected"), as_json=as_json)
