"""`passaparola program templates|new`: to begin with a file that is there."""

from pathlib import Path

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.programs import program
from passaparola.inbound.cli.ready import Problem

_TYPES = (
    *("customer", "employee", "ambassador", "affiliate", "influencer", "b2b"),
    *("saas", "content", "advice", "loyalty", "surprise", "recognition"),
)
_VERTICALS = ("b2c", "ecommerce", "services", "small_business", "b2b", "saas", "subscription")


@program.command()
@click.option("--vertical", type=click.Choice(_VERTICALS), help="Only what suits this kind of business.")
@json_option
def templates(vertical: str | None, as_json: bool) -> None:
    """List the program files that come with passaparola, each with the point that makes it special. Needs no database."""
    from passaparola.domain.programs.gallery import Vertical
    from passaparola.inbound.gallery import shipped

    found = shipped(Vertical(vertical) if vertical else None)
    if as_json:
        keys = ("template", "name", "type", "verticals", "point")
        rows = [
            [s.template.name, s.title, s.type, [str(v) for v in s.template.verticals], s.template.point] for s in found
        ]
        say_json({"templates": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    shown = [[s.template.name, ", ".join(s.template.verticals), s.template.point] for s in found]
    click.echo(table(["template", "for", "what makes it special"], shown))
    click.echo("\n`passaparola program new --from TEMPLATE` prints one.")


@program.command()
@click.argument("kind", metavar="[TYPE]", required=False, type=click.Choice(_TYPES))
@click.option("--from", "template", metavar="TEMPLATE", help="Begin with this one of the templates instead.")
@click.option("--currency", default="EUR", show_default=True, help="The currency of a file by TYPE: ISO 4217.")
@click.option("--out", type=click.Path(path_type=Path), help="Write it there; a file that exists is kept.")
@json_option
def new(kind: str | None, template: str | None, currency: str, out: Path | None, as_json: bool) -> None:
    """Print a program file to begin with: what is usual for a TYPE of program, or a copy of a template. Needs no database.

    TYPE is customer, employee, ambassador, affiliate, influencer, b2b, saas, content, advice, loyalty, surprise or recognition.
    """
    if (kind is None) == (template is None):
        raise click.UsageError("Give a TYPE, or --from TEMPLATE.")
    document = _from_template(template) if template else _of_type(kind or "", currency)
    if out is not None:
        try:
            with out.open("x", encoding="utf-8") as file:
                file.write(document)
        except FileExistsError:
            raise Problem(f"{out} is there already. Give another name to --out") from None
    if as_json:
        say_json({"document": document, "file": str(out) if out else None})
    elif out is None:
        click.echo(document, nl=False)
    else:
        click.echo(f"{out} is written. `passaparola program check {out}` says what it promises.")


def _from_template(name: str) -> str:
    from passaparola.inbound.gallery import NoSuchTemplate, template_named

    try:
        return template_named(name).document
    except NoSuchTemplate as problem:
        raise Problem(str(problem)) from None


def _of_type(kind: str, currency: str) -> str:
    from passaparola.domain.programs import read_program
    from passaparola.domain.programs.gallery import starting_file
    from passaparola.domain.programs.vocabulary import ProgramType

    document = starting_file(ProgramType(kind), currency)
    found, findings = read_program(document, key="0" * 32, version=1, effective_from=0)
    if found is None:
        raise click.UsageError("; ".join(f.sentence() for f in findings if f.severity == "error"))
    return document
