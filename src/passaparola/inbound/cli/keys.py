"""`passaparola apikey`: keys for programs that call the API."""

import click

from passaparola.actions.keys.scopes import FOR_BROWSERS
from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def apikey() -> None:
    """Keys for programs that call the API."""


@apikey.command()
@click.option("--name", required=True, help="Who uses it, for your own list.")
@click.option(
    "--scope", "scopes", multiple=True, metavar="SCOPE", help="What it may do; several times. Default: everything."
)
@click.option(
    "--publishable",
    is_flag=True,
    help="For browsers: may only tell what a browser knows; may have --scope offers:read.",
)
@click.option(
    "--origin", "origins", multiple=True, metavar="ADDRESS", help="Web addresses a publishable key may be used from."
)
@json_option
def create(name: str, scopes: tuple[str, ...], publishable: bool, origins: tuple[str, ...], as_json: bool) -> None:
    """Make a key and print it. It is shown this one time only: a hash of it is kept."""
    if publishable and set(scopes) - FOR_BROWSERS:
        raise click.UsageError(f"A publishable key may have the scope {', '.join(sorted(FOR_BROWSERS))} and no other")
    with open_for_writing() as door:
        made = door.call(
            "apikey.create",
            name=name,
            scopes=list(scopes) or ([] if publishable else ["*"]),
            publishable=publishable,
            origins=list(origins),
        )
    if as_json:
        say_json(made)
    else:
        click.echo(made["key"])


@apikey.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """List the keys, the newest first. None of the secrets is known any more."""
    workspace = open_for_reading()
    from passaparola.inbound.keys import key_row
    from passaparola.store.read.keys import KeyRow
    from passaparola.store.read.pages import KEYS, records_of
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        records = records_of(session, KEYS, workspace, given={})
    rows = [key_row(KeyRow.of(tuple(record.values()))) for record in reversed(records)]
    if as_json:
        say_json({"keys": rows})
    elif rows:
        heads = ["id", "name", "prefix", "scopes", "last used", "revoked"]
        cells = [
            [
                r["id"],
                r["name"],
                r["prefix"],
                " ".join(r["scopes"]) or "publishable",
                r["last_used_at"],
                r["revoked_at"],
            ]
            for r in rows
        ]
        click.echo(table(heads, cells))
    else:
        click.echo("There is no key yet. `passaparola apikey create --name …` makes one.")


@apikey.command()
@click.argument("id", metavar="KEY")
@json_option
def revoke(id: str, as_json: bool) -> None:  # noqa: A002
    """End a key within five seconds. KEY is key_… or the key's prefix."""
    with open_for_writing() as door:
        ended = door.call("apikey.revoke", key=id)
    if as_json:
        say_json(ended)
    else:
        click.echo(f"{ended['prefix']} ({ended['name']}) is revoked.")
