"""`passaparola quote`: what people say of the firm in public, as long as they agree."""

from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola

HOW, STATES = ("portal", "mail", "paper", "in_person"), ("proposed", "approved", "hidden", "withdrawn")
consent_option = click.option("--consent", type=click.Choice(HOW), default=None, help="How they agreed to be quoted.")
note_option = click.option("--note", default="", metavar="TEXT", help="A note on the consent, such as where it lies.")


@passaparola.group()
def quote() -> None:
    """What people say of you in public: on landing pages, in the widget, in invitations."""


@quote.command()
@click.argument("text")
@click.option("--as", "shown_as", required=True, metavar="NAME", help="The name to show, as they choose.")
@click.option("--program", default="", metavar="ID", help="Only for this program. Default: for every one.")
@click.option("--language", type=click.Choice(["en", "pl", "it", "ro", "ar"]), default=None, help="Of the words.")
@click.option(
    "--person", default="", metavar="PERSON", help="Who says it: per_…, your own customer id or an e-mail address."
)
@consent_option
@note_option
@json_option
def add(text: str, consent: str | None, language: str | None, as_json: bool, **given: str) -> None:
    """Propose a quote, TEXT, as somebody said it. Nothing of it is shown before it is approved."""
    _check(consent, given["note"])
    with open_for_writing() as door:
        said = door.call("quote.add", text=text, consent=consent or "", language=language or "", **given)
    _say(said, as_json, "{id} is proposed. `passaparola quote approve {id}` shows it.")


@quote.command("list")
@click.option("--state", type=click.Choice(STATES), default=None, help="Only those.")
@json_option
def list_all(state: str | None, as_json: bool) -> None:
    """List the quotes, the newest first."""
    workspace = open_for_reading()
    from passaparola.inbound.quotes import quote_document
    from passaparola.store.read.pages import records_of
    from passaparola.store.read.quotes import QUOTES, QuoteRow
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        rows = records_of(session, QUOTES, workspace, given={"state": state} if state else {})
    listed = [quote_document(QuoteRow(**row)) for row in reversed(rows)]
    if as_json:
        say_json({"quotes": listed})
    elif listed:
        cells = [[q["id"], q["state"], q["consent"] and q["consent"]["by"], q["shown_as"], q["text"]] for q in listed]
        click.echo(table(["id", "state", "consent", "name", "text"], cells))
    else:
        click.echo("There is none. `passaparola quote add …` proposes one.")


@quote.command()
@click.argument("quote_id", metavar="QUOTE")
@consent_option
@note_option
@json_option
def approve(quote_id: str, consent: str | None, note: str, as_json: bool) -> None:
    """Show QUOTE (quo_…) in public, at once. Nothing is shown without consent."""
    _check(consent, note)
    _decide(quote_id, "approve", as_json, "{id} is shown.", consent=consent or "", note=note)


@quote.command()
@click.argument("quote_id", metavar="QUOTE")
@json_option
def hide(quote_id: str, as_json: bool) -> None:
    """Show QUOTE (quo_…) nowhere any more. It can be approved again."""
    _decide(quote_id, "hide", as_json, "{id} is hidden.")


@quote.command()
@click.argument("quote_id", metavar="QUOTE")
@json_option
def withdraw(quote_id: str, as_json: bool) -> None:
    """Take the consent to QUOTE (quo_…) back, for good: it vanishes everywhere, and its words and name are wiped."""
    _decide(quote_id, "withdraw", as_json, "{id} is withdrawn; its words and name are gone.")


def _check(consent: str | None, note: str) -> None:
    if note and not consent:
        raise click.UsageError("--note is about a consent: say --consent, too")


def _decide(quote_id: str, verb: str, as_json: bool, words: str, **given: str) -> None:
    with open_for_writing() as door:
        said = door.call("quote.decide", quote=quote_id, verb=verb, **given)
    _say(said, as_json, words)


def _say(said: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        say_json(said)
    else:
        click.echo(words.format(**said))
