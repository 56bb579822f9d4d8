"""`passaparola reward`: what staff give by hand, and what can be proved of one reward."""

import click

from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.ready import open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def reward() -> None:
    """What staff give by hand, and what can be proved of one reward."""


@reward.command()
@click.argument("person", metavar="PERSON")
@click.option("--program", required=True, metavar="ID", help="The id in the program's file, or prg_…")
@click.option("--rule", default="", metavar="ID", help="Which of its rewards, where it has several.")
@click.option("--reason", required=True, metavar="TEXT", help="Why: it stays with the reward.")
@json_option
def grant(person: str, program: str, rule: str, reason: str, as_json: bool) -> None:
    """Give PERSON a reward of a program whose trigger is manual_grant. PERSON is per_…, your own customer id or an e-mail address."""
    with open_for_writing() as door:
        said = door.call("reward.grant", person=person, program=program, rule=rule, reason=reason)
    if as_json:
        say_json(said)
    else:
        click.echo(f"{said['id']} is {said['state']}: {said['amount_minor']} {said['unit']} for {said['beneficiary']}.")
