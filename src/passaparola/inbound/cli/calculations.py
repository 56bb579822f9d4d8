"""`passaparola calc`: one command for each calculation of the catalogue, made when it is asked for."""

from typing import TYPE_CHECKING, Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import USAGE, Problem
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.domain.calculations.calculation import Answer, Calculation
    from passaparola.domain.calculations.parameters import Parameter
    from passaparola.domain.calculations.troubles import UnableToCalculate


class WrongCall(Problem):
    exit_code = USAGE


class Calculations(click.Group):
    """Reads the catalogue only when one of its commands is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        from passaparola.domain.calculations.catalogue import CATALOGUE

        return [*CATALOGUE, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from passaparola.domain.calculations.catalogue import CATALOGUE

        own = super().get_command(ctx, cmd_name)
        return own or (_command(CATALOGUE[cmd_name]) if cmd_name in CATALOGUE else None)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Another name is answered with the nearest ones."""
        from passaparola.domain.calculations.catalogue import calculation_named
        from passaparola.domain.calculations.troubles import UnableToCalculate

        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            try:
                calculation_named(args[0])
            except UnableToCalculate as problem:
                raise WrongCall(str(problem)) from None
        return super().resolve_command(ctx, args)


@passaparola.group(cls=Calculations, invoke_without_command=True)
@click.pass_context
def calc(ctx: click.Context) -> None:
    """Calculate what a program may cost and bring, how fast something grows, how loud the buzz is.

    Needs no database. Without a name: all there are. docs/calculations.md shows each with its formula and source.
    """
    if ctx.invoked_subcommand is None:
        _say_all(as_json=False)


@calc.command("list")
@json_option
def list_calculations(as_json: bool) -> None:
    """List all calculations with a sentence each."""
    _say_all(as_json=as_json)


def _say_all(*, as_json: bool) -> None:
    from passaparola.domain.calculations.catalogue import TOPICS
    from passaparola.inbound.calculating import calculation_document

    if as_json:
        say_json({"calculations": [calculation_document(c, topic) for topic, all_ in TOPICS.items() for c in all_]})
        return
    for topic, entries in TOPICS.items():
        rows = [[found.name.ljust(20), found.sentence] for found in entries]
        click.echo(f"{table([topic, ''], rows)}\n")
    click.echo("`passaparola calc NAME --help` shows the options of one.")


def _command(found: "Calculation") -> click.Command:
    def run(as_json: bool, **given: str | None) -> None:
        from passaparola.domain.calculations.troubles import UnableToCalculate

        try:
            answer = found.answer({name: text for name, text in given.items() if text is not None})
        except UnableToCalculate as problem:
            raise WrongCall(_wrong(found, problem)) from None
        if as_json:
            say_json(answer.document())
        else:
            click.echo(_page(answer))

    options = [_option(parameter) for parameter in found.parameters]
    about = "\n\n".join([found.sentence, f"Formula: {found.about('Formula')}", f"Caveat: {found.about('Caveat')}"])
    command = click.Command(found.name, callback=run, params=[*options], help=about, short_help=found.sentence)
    return json_option(command)


def _option(parameter: "Parameter") -> click.Option:
    need = "[required]" if parameter.required else f"[default: {parameter.default}]" if parameter.default else ""
    help_ = f"{parameter.help}: {parameter.written}. {need}".rstrip()
    return click.Option([parameter.option, parameter.name], metavar=str(parameter.kind).upper(), help=help_)


def _page(answer: "Answer") -> str:
    found = answer.calculation
    words = {parameter.name: parameter.option for parameter in found.takes}
    given = table(["given", ""], [[words[name], text] for name, text in answer.given.items()])
    figures = answer.figures()
    rows = [[figure.name, figures[figure.name], figure.words] for figure in found.figures]
    return "\n\n".join([found.sentence, given, table(["result", "", ""], rows), f"Mind: {found.about('Caveat')}"])


def _wrong(found: "Calculation", problem: "UnableToCalculate") -> str:
    options = {parameter.name: parameter.option for parameter in found.parameters}
    return "\n".join(
        f"calc {found.name}: {options.get(trouble.where, trouble.where)}: {trouble.words()}"
        for trouble in problem.troubles
    )
