"""`passaparola person statement`: what a partner earned and was paid."""

from typing import TYPE_CHECKING

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.people import person, program_key_of
from passaparola.inbound.cli.ready import Problem, open_for_reading

if TYPE_CHECKING:
    from passaparola.analytics.owing import Statement


@person.command("statement")
@click.argument("person_id", metavar="PERSON")
@click.option("--program", default=None, metavar="ID", help="Of this program alone: the id in its file, or prg_…")
@click.option("--month", default=None, metavar="YYYY-MM", help="A month that has ended, in UTC. Default: until now.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV: a line for each move, with what is owed after it.")
@json_option
def show_statement(person_id: str, program: str | None, month: str | None, as_csv: bool, as_json: bool) -> None:
    """What PERSON earned, lost and was paid, by currency, from the ledger. PERSON is per_…, your own customer id or an e-mail address."""
    if as_csv and as_json:
        raise click.UsageError("--csv goes without --json.")
    key, found = _statements(person_id, program, month)
    from passaparola.inbound.statement_files import statement_csv, statement_document

    if as_json:
        say_json({"person": f"per_{key}", "statements": [statement_document(one) for one in found]})
    elif as_csv:
        click.echo(statement_csv(found), nl=False)
    else:
        click.echo(_table(found) if found else "Nothing is owed and nothing moved.")


def _statements(person_id: str, program: str | None, month: str | None) -> tuple[str, "tuple[Statement, ...]"]:
    workspace = open_for_reading()
    from passaparola.actions.acting import NotFound
    from passaparola.actions.messages.statements import UnableToReadMonth, read_month
    from passaparola.analytics.owing import statement
    from passaparola.inbound.access import person_key
    from passaparola.inbound.today import now_in
    from passaparola.store.read.snapshot import reading

    now = now_in(workspace)
    try:
        key = person_key(workspace, person_id)
        asked = read_month(month, now=now) if month else None
    except (NotFound, UnableToReadMonth) as problem:
        raise Problem(str(problem)) from None
    with reading() as session:
        of = program_key_of(session, workspace, program) if program else ""
    begin, end = (asked.begin, asked.end) if asked else (0, now)
    found = statement(workspace, key, begin=begin, end=end, program=of)
    if found is None:
        raise Problem(f"There is no person {person_id!r}")
    return key, found


def _table(found: "tuple[Statement, ...]") -> str:
    from passaparola.domain.units import units_text
    from passaparola.inbound.statement_files import statement_document

    heads = ("opening", "earned", "taken_back", "paid", "lapsed", "closing")
    said = [statement_document(one) for one in found]
    rows = [[one["currency"], *(units_text(one[f"{head}_minor"], one["currency"]) for head in heads)] for one in said]
    return table(["currency", *(head.replace("_", " ") for head in heads)], rows)
