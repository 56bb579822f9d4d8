"""`passaparola webhook`: where other systems hear of us, and what was delivered."""

from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def webhook() -> None:
    """Where other systems hear of us, and what was delivered."""


@webhook.command()
@click.argument("url", metavar="ADDRESS")
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="What it hears of, several times; all.")
@click.option("--description", default="", metavar="TEXT", help="For your own list.")
@json_option
def add(url: str, topics: tuple[str, ...], description: str, as_json: bool) -> None:
    """Tell ADDRESS what happens from now on, and print the secret that signs it: this one time only."""
    with open_for_writing() as door:
        made = door.call("webhook.add", url=url, topics=list(topics), description=description)
    _say_secret(made, as_json)


@webhook.command("list")
@json_option
def list_webhooks(as_json: bool) -> None:
    """List the webhooks, the newest first, without their secrets."""
    workspace = open_for_reading()
    from passaparola.inbound.webhooks import endpoint_record
    from passaparola.store.read.pages import records_of
    from passaparola.store.read.snapshot import reading
    from passaparola.store.read.webhooks import ENDPOINTS

    with reading() as session:
        records = records_of(session, ENDPOINTS, workspace, given={"there": True})
    rows = [endpoint_record(record) for record in reversed(records)]
    if as_json:
        say_json({"webhooks": rows})
    elif rows:
        cells = [[r["id"], r["url"], " ".join(r["topics"]) or "all", r["state"], r["reason"]] for r in rows]
        click.echo(table(["id", "address", "topics", "state", "reason"], cells))
    else:
        click.echo("There is no webhook yet. `passaparola webhook add ADDRESS` makes one.")


@webhook.command()
@click.argument("webhook", metavar="WEBHOOK")
@json_option
def rotate(webhook: str, as_json: bool) -> None:
    """Give it a new secret and print it. For 24 hours the old one signs beside it."""
    with open_for_writing() as door:
        made = door.call("webhook.rotate", webhook=webhook)
    _say_secret(made, as_json)


@webhook.command()
@click.argument("webhook", metavar="WEBHOOK")
@click.option("--since", required=True, metavar="TIME", help="From when on, such as 2026-05-01T09:30:00Z.")
@json_option
def replay(webhook: str, since: str, as_json: bool) -> None:
    """Send it again what happened since TIME, each message under the id that it had."""
    with open_for_writing() as door:
        said = door.call("webhook.replay", webhook=webhook, since=since)
    _say(said, as_json, f"{said['url']} is told again what happened from {since} to {said['replaying_until']}.")


@webhook.command()
@click.argument("webhook", metavar="WEBHOOK")
@click.argument("to", metavar="TO", type=click.Choice(["enable", "disable", "remove"]))
@json_option
def switch(webhook: str, to: str, as_json: bool) -> None:
    """Enable, disable or remove it. While it is disabled nothing is kept for it; a replay tells it later."""
    with open_for_writing() as door:
        said = door.call("webhook.switch", webhook=webhook, to=to)
    _say(said, as_json, f"{said['url']} is {said['state']}.")


@webhook.command("test")
@click.argument("webhook", metavar="WEBHOOK")
@json_option
def send_test(webhook: str, as_json: bool) -> None:
    """Send it a message of the topic webhook.test. `deliveries` says what came of it."""
    with open_for_writing() as door:
        said = door.call("webhook.test", webhook=webhook)
    _say(said, as_json, f"{said['delivery']} is on its way.")


@webhook.command()
@click.argument("webhook", metavar="WEBHOOK")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), metavar="NUMBER", help="How many, at most; 50.")
@json_option
def deliveries(webhook: str, limit: int, as_json: bool) -> None:
    """List what was sent to it or waits to be, the newest first, with the last attempt of each."""
    workspace = open_for_reading()
    from passaparola.inbound.webhooks import delivery_record, webhook_key
    from passaparola.store.read.pages import page_of, records_of
    from passaparola.store.read.snapshot import reading
    from passaparola.store.read.webhooks import ATTEMPTS, DELIVERIES

    with reading() as session:
        given = {"endpoint": webhook_key(webhook)}
        records = page_of(session, DELIVERIES, workspace, given=given, before=None, limit=limit)
        tried = records_of(session, ATTEMPTS, workspace, given={"deliveries": [r["id"] for r in records]})
    rows = [delivery_record(r, [t for t in tried if t["delivery_id"] == r["id"]]) for r in records]
    if as_json:
        say_json({"deliveries": rows})
    elif rows:
        click.echo(table(["id", "topic", "state", "attempts", "last", "next"], [_cells(row) for row in rows]))
    else:
        click.echo("Nothing was sent to it yet.")


@webhook.command()
@json_option
def retry(as_json: bool) -> None:
    """Hand out again what could not be handed out and was set aside (findings outbox_dead_letter)."""
    with open_for_writing() as door:
        said = door.call("outbox.retry")
    _say(said, as_json, f"{said['rows']} are tried again.")


def _cells(row: dict[str, Any]) -> list[Any]:
    last = row["attempts"][-1] if row["attempts"] else {}
    said = last.get("problem") or last.get("status") or ""
    return [row["id"], row["topic"], row["state"], len(row["attempts"]), said, row["next_attempt_at"] or ""]


def _say(said: dict[str, Any], as_json: bool, sentence: str) -> None:
    if as_json:
        say_json(said)
    else:
        click.echo(sentence)


def _say_secret(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(made)
    else:
        click.echo(made["secret"])
