"""`passaparola operator`: who may sign in to the pages of staff."""

from typing import Any

import click

from passaparola.domain.staff import Role
from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola

ROLES = [role.value for role in Role]


@passaparola.group()
def operator() -> None:
    """Staff: who may sign in, and what each may do."""


@operator.command()
@click.argument("name", metavar="NAME")
@click.option("--email", default="", metavar="ADDRESS", help="Where they can be reached, for your own list.")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True, help="What they may do.")
@json_option
def add(name: str, email: str, role: str, as_json: bool) -> None:
    """Add an operator and print a link to set up their account. It is good for one time, and for a day."""
    _say(_asked("operator.add", name=name, email=email, role=role), as_json, "{name} sets up the account here: {link}")


@operator.command()
@click.argument("name", metavar="NAME")
@click.argument("role", type=click.Choice(ROLES))
@json_option
def role(name: str, role: str, as_json: bool) -> None:
    """Say what an operator may do, with their next request."""
    _say(_asked("operator.role", name=name, role=role), as_json, "{name} has the role {role} now.")


@operator.command()
@click.argument("name", metavar="NAME")
@json_option
def reset(name: str, as_json: bool) -> None:
    """For who lost everything: end password, factors and sessions, and print a new link."""
    _say(_asked("operator.reset", name=name), as_json, "{name} is signed out everywhere and begins anew here: {link}")


@operator.command()
@click.argument("name", metavar="NAME")
@json_option
def disable(name: str, as_json: bool) -> None:
    """Let an operator in no more, with the next request. What they did stays in the log under their name."""
    _say(_asked("operator.active", name=name, active=False), as_json, "{name} can sign in no more.")


@operator.command()
@click.argument("name", metavar="NAME")
@json_option
def enable(name: str, as_json: bool) -> None:
    """Let a disabled operator in again."""
    _say(_asked("operator.active", name=name, active=True), as_json, "{name} can sign in again.")


@operator.command("list")
@json_option
def list_all(as_json: bool) -> None:
    """List the operators by name: whether they may sign in, and with a second factor."""
    open_for_reading()
    from passaparola.actions.operators import list_operators

    rows = [
        {
            "name": row.name,
            "email": row.email,
            "role": row.role,
            "active": row.active,
            "second_factor": row.second_factor,
            "last_sign_in": row.last_sign_in and row.last_sign_in.isoformat(timespec="seconds"),
        }
        for row in list_operators()
    ]
    if as_json:
        say_json({"operators": rows})
        return
    heads = ["name", "e-mail", "role", "may sign in", "second factor", "last sign-in"]
    cells = [
        [
            r["name"],
            r["email"] or None,
            r["role"] or None,
            "yes" if r["active"] else "no",
            "yes" if r["second_factor"] else "no",
            r["last_sign_in"],
        ]
        for r in rows
    ]
    click.echo(table(heads, cells))


def _asked(command: str, **given: Any) -> dict[str, Any]:
    with open_for_writing() as door:
        said: dict[str, Any] = door.call(command, **given)
    return said


def _say(said: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        say_json(said)
    else:
        click.echo(words.format(**said))
