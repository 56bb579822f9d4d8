"""`passaparola workspace`, `pause`, `resume`, `suppression` and `statements`: what the firm says of itself, and its mail."""

import re
from typing import Any

import click

from passaparola.inbound.chosen import CHOSEN
from passaparola.inbound.cli.output import json_option, say_json, table, warn
from passaparola.inbound.cli.ready import FOUND, open_database, open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def workspace() -> None:
    """What the firm says of itself to people, and its switches."""


@workspace.command("show")
@json_option
def show_workspace(as_json: bool) -> None:
    """Print what people see of the firm, and which switches are on."""
    key = open_for_reading()
    from passaparola.inbound.contacts import workspace_document
    from passaparola.store.read.messages import contact_row
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        row = contact_row(session, key)
    _say(workspace_document(row), as_json)


@workspace.command("create")
@click.argument("name")
@click.option(
    "--sandbox", is_flag=True, help="For trying: its time stands still until `clock set` or `clock advance` moves it."
)
@click.option(
    "--at", metavar="TIME", help="When the sandbox's time begins, such as 2026-05-01T00:00:00Z. Default: now."
)
@json_option
def create_workspace(name: str, sandbox: bool, at: str | None, as_json: bool) -> None:
    """Make a workspace with data, programs and keys of its own. Every command reaches it by `--workspace NAME`."""
    if at is not None and not sandbox:
        raise click.UsageError("--at is for a sandbox: a live workspace has the real time")
    with open_for_writing() as door:
        made = door.call("workspace.create", slug=name, sandbox=sandbox, at=at)
    if as_json:
        say_json(made)
    else:
        kind = f"a sandbox whose time is {made['clock_at']}" if sandbox else "a live one"
        click.echo(f"The workspace {name} is there, {kind}. Reach it by `passaparola --workspace {name} …`.")


@workspace.command("list")
@json_option
def list_workspaces(as_json: bool) -> None:
    """List the workspaces of this installation."""
    open_database()
    from passaparola.domain.instant import iso
    from passaparola.store.read.clocks import workspace_clocks
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        known = workspace_clocks(session)
    rows = [[w.slug, w.name, w.sandbox, iso(w.clock_at) if w.clock_at is not None else None] for w in known]
    if as_json:
        keys = ("workspace", "name", "sandbox", "clock_at")
        say_json({"workspaces": [dict(zip(keys, row, strict=True)) for row in rows]})
    else:
        click.echo(table(["workspace", "name", "sandbox", "clock"], rows))


@workspace.command("set")
@click.option("--name", help="The firm's name: the sender of mails.")
@click.option("--contact-email", metavar="ADDRESS", help="Where people may ask; empty removes it.")
@click.option("--postal-address", metavar="TEXT", help="On one line; every invitation names it.")
@click.option("--website", metavar="ADDRESS", help="The shop.")
@click.option(
    "--allow-invites",
    is_flag=True,
    help="Let advocates' invitations be mailed. With it you attest: "
    "we have the right to mail the friends whose addresses our advocates give us, we name ourselves and a postal address in each mail, "
    "and whoever wants no more mail gets none.",
)
@click.option("--forbid-invites", is_flag=True, help="Mail no more invitations, those that wait included.")
@click.option(
    "--invite-countries",
    metavar="IT,PL",
    help="Mail invitations to friends in these countries only, by their codes (ISO 3166); empty: in all.",
)
@click.option(
    "--lateness-days",
    type=click.IntRange(0, 3650),
    metavar="DAYS",
    help="Rewards for events that are told more days after they happened wait for a person. At first 30.",
)
@json_option
def set_workspace(
    as_json: bool,
    allow_invites: bool,
    forbid_invites: bool,
    invite_countries: str | None,
    lateness_days: int | None,
    **given: str | None,
) -> None:
    """Change what the firm says of itself; what is not named stays."""
    if allow_invites and forbid_invites:
        raise click.UsageError("Either --allow-invites or --forbid-invites")
    contact = {name: text for name, text in given.items() if text is not None}
    with open_for_writing() as door:
        document = door.call(
            "workspace.set",
            contact=contact,
            invites={(True, False): True, (False, True): False}.get((allow_invites, forbid_invites)),
            countries=None if invite_countries is None else invite_countries.split(","),
            lateness_days=lateness_days,
        )
    _say(document, as_json)


def _say(document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(document)
    else:
        shown = {**document, "invite_countries": ", ".join(document["invite_countries"]) or "all"}
        click.echo(table(["what", "value"], [[k.replace("_", " "), v] for k, v in shown.items()]))


@passaparola.group()
def pause() -> None:
    """Kill switches: within five seconds nothing leaves, and nothing is lost."""


@passaparola.group()
def resume() -> None:
    """Go on after `pause`, beginning with what waited."""


_NOTE = click.option("--note", default="", help="Why, for the log.")
_ALL = click.option(
    "--all",
    "everywhere",
    is_flag=True,
    help="In every workspace of the installation at once; a new one begins without.",
)
_ALL_THAT_WERE = click.option(
    "--all", "everywhere", is_flag=True, help="In every workspace that was paused by --all; one paused by itself stays."
)


@pause.command("mail")
@_ALL
@_NOTE
@json_option
def pause_mail(everywhere: bool, note: str, as_json: bool) -> None:
    """Send no more mail, not even what somebody waits for, until `resume mail`."""
    words = "Mail is paused. Nothing is lost: `passaparola resume mail` sends what waits."
    _switch("mail.pause", note, as_json, words, everywhere=everywhere)


@resume.command("mail")
@_ALL_THAT_WERE
@_NOTE
@json_option
def resume_mail(everywhere: bool, note: str, as_json: bool) -> None:
    """Send mail again, what waited first."""
    _switch("mail.resume", note, as_json, "Mail leaves again.", everywhere=everywhere)


@pause.command("rewards")
@_ALL
@_NOTE
@json_option
def pause_rewards(everywhere: bool, note: str, as_json: bool) -> None:
    """Issue no more rewards, and pay out or send nothing, until `resume rewards`.

    Events go on being decided, and what people have stays theirs to use.
    """
    words = "Rewards are paused. Nothing is lost: `passaparola resume rewards` issues what waits."
    _switch("rewards.pause", note, as_json, words, everywhere=everywhere)


@resume.command("rewards")
@_ALL_THAT_WERE
@_NOTE
@json_option
def resume_rewards(everywhere: bool, note: str, as_json: bool) -> None:
    """Issue rewards again, what waited first."""
    _switch("rewards.resume", note, as_json, "Rewards are issued again.", everywhere=everywhere)


def _switch(command: str, note: str, as_json: bool, words: str, *, everywhere: bool) -> None:
    if everywhere and CHOSEN.get():
        raise click.UsageError("Either --workspace for one, or --all for every workspace")
    with open_for_writing() as door:
        said = door.call(f"{command}.all" if everywhere else command, note=note)
    words = re.sub("(passaparola resume [a-z]+)", r"\1 --all", words) if everywhere else words
    busy = said.get("busy")
    if as_json:
        say_json(said)
    elif said["changed"]:
        click.echo(f"{words} Workspaces: {', '.join(said['workspaces'])}." if everywhere else words)
    elif not busy:
        click.echo(f"{words} It was so before.")
    if busy:
        warn(
            f"Not in these, which others were writing to all the time: {', '.join(busy)}. Run it again: the others stay as they are now."
        )
        raise click.exceptions.Exit(FOUND)


@passaparola.group()
def suppression() -> None:
    """Who wants no more mail. Addresses are kept as keyed hashes, for the whole installation."""


@suppression.command("add")
@click.argument("address")
@click.option(
    "--reason",
    default="operator",
    show_default=True,
    type=click.Choice(["operator", "complaint", "bounce", "unsubscribed"]),
    help="After a complaint or a bounce nothing at all is sent.",
)
@json_option
def add_suppression(address: str, reason: str, as_json: bool) -> None:
    """Send no more news to ADDRESS."""
    with open_for_writing() as door:
        said = door.call("suppression.add", address=address, reason=reason)
    if as_json:
        say_json(said)
    else:
        click.echo(f"No more news is sent there ({said['reason']}, since {said['since']}).")


@suppression.command("remove")
@click.argument("address")
@click.option(
    "--wished", is_flag=True, help="The person has asked for mail again since they unsubscribed or complained."
)
@json_option
def remove_suppression(address: str, wished: bool, as_json: bool) -> None:
    """Let news be sent to ADDRESS again."""
    with open_for_writing() as door:
        said = door.call("suppression.remove", address=address, wished=wished)
    if as_json:
        say_json(said)
    else:
        click.echo("News may be sent there again." if said["changed"] else "Nothing kept us from writing there.")


@suppression.command("check")
@click.argument("address")
@json_option
def check_suppression(address: str, as_json: bool) -> None:
    """Whether ADDRESS gets no news, and why. Ends with 1 when it gets none."""
    open_for_reading()
    from passaparola.inbound.switches import suppression_row

    said = suppression_row(address)
    if as_json:
        say_json(said)
    elif said["suppressed"]:
        click.echo(f"No news is sent there ({said['reason']}, since {said['since']}).")
    else:
        click.echo("News may be sent there.")
    if said["suppressed"]:
        raise click.exceptions.Exit(FOUND)


@passaparola.group()
def statements() -> None:
    """What a person earned, used and has. The server sends them once a month by itself."""


@statements.command("send")
@click.option("--month", required=True, metavar="YYYY-MM", help="A month that has ended.")
@json_option
def send_statements(month: str, as_json: bool) -> None:
    """Queue the statements of a month for everybody for whom something moved. Again: nothing happens."""
    with open_for_writing() as door:
        said = door.call("statements.send", month=month)
    if as_json:
        say_json(said)
    else:
        click.echo(f"{said['queued']} statements for {said['month']} are queued.")
