"""`passaparola program flow`: what happens in a program, as state machines."""

from pathlib import Path

import click

from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.programs import program, read_text
from passaparola.inbound.cli.ready import FOUND, open_for_reading


@program.command()
@click.argument("file", metavar="FILE|ID")
@click.option(
    "--format",
    "drawn_as",
    type=click.Choice(["text", "mermaid", "dot"]),
    default="text",
    show_default=True,
    help="For people, for a Mermaid diagram, or for Graphviz.",
)
@json_option
def flow(file: str, drawn_as: str, as_json: bool) -> None:
    """Show what happens in a program: its own life, that of a referral, and that of each reward, and when each step is taken.

    FILE needs no database; ID is the id in the file of a program that was applied, or prg_…
    """
    from passaparola.domain.programs import read_program
    from passaparola.domain.programs.flow import flow_of
    from passaparola.domain.programs.flow_drawn import DRAWN, FlowFormat
    from passaparola.inbound.flows import flow_document

    path = Path(file)
    if path.is_file():
        found, findings = read_program(read_text(path), key="0" * 32, version=1, effective_from=0, source=file)
        if found is None:
            for finding in findings:
                warn(finding.sentence())
            raise click.exceptions.Exit(FOUND)
        drawn = flow_of(found)
    else:
        workspace = open_for_reading()
        from passaparola.analytics.flow import flow_of_program

        drawn = flow_of_program(workspace, file)
    if as_json:
        say_json(flow_document(drawn))
    else:
        click.echo(DRAWN[FlowFormat(drawn_as)](drawn))
