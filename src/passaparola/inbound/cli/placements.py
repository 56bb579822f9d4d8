"""`passaparola placement`: places where a program is recommended. What came of them: `report --by placement`."""

import click

from passaparola.domain.sharing.placements import LONGEST_NAME, MOST_REACH, PlacementKind
from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.people import program_option
from passaparola.inbound.cli.ready import open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def placement() -> None:
    """Places where a program is recommended, each with a link of its own."""


@placement.command()
@click.argument("kind", type=click.Choice([str(kind) for kind in PlacementKind]))
@program_option
@click.option("--name", required=True, help=f"What the report calls it. At most {LONGEST_NAME} characters.")
@click.option(
    "--person",
    default="",
    help="In whose name: per_…, your own customer id, or an e-mail address, which may be new. Default: in yours.",
)
@click.option("--code", default="", help="Their code there: 4 to 32 letters, digits and hyphens. Default: a made one.")
@click.option("--reach", type=click.IntRange(0, MOST_REACH), default=None, help="How many people are there.")
@json_option
def add(kind: str, program: str, name: str, person: str, code: str, reach: int | None, as_json: bool) -> None:
    """Make a place of this KIND and print its address, with --person also the code.

    In somebody's name it leads friends to the offer; in yours it asks customers to recommend, and leads to joining.
    """
    with open_for_writing() as door:
        said = door.call("placement.add", program=program, kind=kind, name=name, reach=reach, person=person, code=code)
    if as_json:
        say_json(said)
    else:
        click.echo(f"{said['id']}  {said['address']}" + (f"  code {said['code']}" if said["code"] else ""))


@placement.command()
@click.argument("placement_id", metavar="PLACEMENT")
@json_option
def end(placement_id: str, as_json: bool) -> None:
    """Close PLACEMENT (plc_…): its link brings nobody any more. Friends who came by it stay."""
    with open_for_writing() as door:
        said = door.call("placement.end", placement=placement_id)
    if as_json:
        say_json(said)
    else:
        click.echo(f"{said['name']} is over since {said['ended_at']}.")
