"""`passaparola person`, `advocate`, `invitation` and `segment`: who may recommend."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.actions.advocates.reports import Eligibility

program_option = click.option("--program", required=True, metavar="ID", help="The id in the program's file, or prg_…")


@passaparola.group()
def person() -> None:
    """What you say of people: facts, by which programs choose who may recommend."""


@person.command()
@click.argument("person_id", metavar="PERSON")
@click.option(
    "--set", "told", multiple=True, metavar="NAME=VALUE", help="Say a fact, such as tier=gold. Several times."
)
@click.option("--unset", "gone", multiple=True, metavar="NAME", help="Take a fact away. Several times.")
@json_option
def facts(person_id: str, told: tuple[str, ...], gone: tuple[str, ...], as_json: bool) -> None:
    """Show the facts of PERSON, or change some. PERSON is per_…, your own customer id or an e-mail address.

    Facts are personal data, kept with the person and in no log. Take demographic ones only from people who agreed.
    """
    said = _change(person_id, told, gone) if told or gone else _show(person_id)
    if as_json:
        say_json(said)
    elif said["facts"]:
        click.echo(table(["fact", "value"], [[name, _text(fact)] for name, fact in said["facts"].items()]))
    else:
        click.echo("Nothing is said of this person.")


@passaparola.group()
def advocate() -> None:
    """Who may recommend in a program, and who may not."""


@advocate.command()
@click.argument("person_id", metavar="PERSON")
@program_option
@click.option("--reason", default="", metavar="TEXT", help="Why. It is kept for staff; without it nobody is excluded.")
@json_option
def exclude(person_id: str, program: str, reason: str, as_json: bool) -> None:
    """Exclude PERSON from recommending in a program. An advocate is suspended.

    PERSON is per_…, your own customer id or an e-mail address.
    """
    with open_for_writing() as door:
        said = door.call("advocate.exclude", person=person_id, program=program, reason=reason)
    _say(said, as_json, "{person} is excluded from " + program + ": {reason}")


@advocate.command()
@click.argument("person_id", metavar="PERSON")
@program_option
@json_option
def include(person_id: str, program: str, as_json: bool) -> None:
    """Take an exclusion of PERSON back. An advocate whom it suspended stays so until resumed."""
    with open_for_writing() as door:
        said = door.call("advocate.include", person=person_id, program=program)
    _say(said, as_json, "{person} is not excluded from " + program + " any more.")


@advocate.command()
@click.argument("person_id", metavar="PERSON")
@program_option
@json_option
def check(person_id: str, program: str, as_json: bool) -> None:
    """Say whether PERSON may recommend in a program, and which rule says no, with what it saw. Exit code 1: they may not."""
    workspace = open_for_reading()
    from passaparola.actions.advocates.reports import eligibility
    from passaparola.inbound.today import now_in

    group = _group(workspace, person_id)
    found = eligibility(workspace, program.removeprefix("prg_"), group, now=now_in(workspace))
    if found is None:
        raise Problem(f"There is no program {program!r}. `passaparola program list` shows which there are")
    if as_json:
        say_json({"person": f"per_{group[0]}", **asdict(found)})
    else:
        click.echo(_may(found))
    if found.suspended or not found.eligible:
        raise click.exceptions.Exit(FOUND)


@passaparola.group()
def invitation() -> None:
    """Invitations into a program of `access: invite_only`."""


@invitation.command()
@program_option
@click.option(
    "--person",
    default=None,
    metavar="PERSON",
    help="Only for this one: per_…, your own customer id or an e-mail address.",
)
@click.option("--email", default=None, metavar="ADDRESS", help="Only for whoever has this address.")
@click.option(
    "--days", default=None, type=click.IntRange(1, 365), help="How long it is good. Default: as the program says."
)
@json_option
def create(program: str, person: str | None, email: str | None, days: int | None, as_json: bool) -> None:
    """Make an invitation and print its address. It lets one person in, once; a hash of its token is kept."""
    with open_for_writing() as door:
        said = door.call("invitation.create", program=program, person=person, email=email, days=days)
    _say(said, as_json, "{url}")


@invitation.command("list")
@program_option
@json_option
def list_all(program: str, as_json: bool) -> None:
    """List the invitations into a program, the newest first: whether they are open, used, expired or revoked."""
    workspace = open_for_reading()
    from passaparola.inbound.access import invitation_state
    from passaparola.inbound.today import now_in
    from passaparola.store.read.invitations import INVITATIONS
    from passaparola.store.read.pages import records_of
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        key = program_key_of(session, workspace, program)
        rows = list(reversed(records_of(session, INVITATIONS, workspace, given={"program": key})))
    now = now_in(workspace)
    listed = [_row(row, invitation_state(row, now)) for row in rows]
    if as_json:
        say_json({"invitations": listed})
    elif listed:
        heads = ["id", "state", "for", "expires", "used by"]
        cells = [[r["id"], r["state"], r["email"] or r["person"], r["expires_at"], r["used_by"]] for r in listed]
        click.echo(table(heads, cells))
    else:
        click.echo("Nobody is invited yet. `passaparola invitation create --program …` invites somebody.")


@invitation.command()
@click.argument("invitation_id", metavar="INVITATION")
@json_option
def revoke(invitation_id: str, as_json: bool) -> None:
    """Let nobody in by INVITATION (inv_…) any more."""
    with open_for_writing() as door:
        said = door.call("invitation.revoke", invitation=invitation_id)
    _say(said, as_json, "{id} is revoked.")


@passaparola.group()
def segment() -> None:
    """The people whom a program's segment holds."""


@segment.command()
@program_option
@json_option
def show(program: str, as_json: bool) -> None:
    """List exactly whom the segment of a program holds at this moment, the highest figure first."""
    workspace = open_for_reading()
    from passaparola.actions.advocates.reports import segment_of

    found = segment_of(workspace, program.removeprefix("prg_"))
    if found is None:
        raise Problem(f"There is no program {program!r} with `access: {{mode: segment}}`")
    members = [{"person": f"per_{m.person}", "figure": m.figure} for m in found.held.members]
    if as_json:
        said = {"rule": found.rule, "of": found.held.of, "line": found.held.line, "members": members}
        say_json({"program": found.program.slug, **said})
        return
    click.echo(f"{found.rule} {len(members)} of {found.held.of}.")
    if members:
        click.echo(table(["person", "figure"], [[m["person"], m["figure"]] for m in members]))


def _change(person_id: str, told: tuple[str, ...], gone: tuple[str, ...]) -> dict[str, Any]:
    from passaparola.domain.people.facts import person_fact_of_text

    given: dict[str, Any] = dict.fromkeys(gone)
    for text in told:
        name, is_one, value = text.partition("=")
        if not is_one or not value:
            raise click.UsageError(f"{text!r} is no fact: write NAME=VALUE, such as tier=gold")
        given[name] = person_fact_of_text(name, value)
    with open_for_writing() as door:
        said: dict[str, Any] = door.call("person.facts", person=person_id, facts=given)
    return said


def _show(person_id: str) -> dict[str, Any]:
    workspace = open_for_reading()
    from passaparola.store.read.people import facts_of
    from passaparola.store.read.snapshot import reading

    person = _group(workspace, person_id)[0]
    with reading() as session:
        known = facts_of(session, workspace, [person])
    return {"person": f"per_{person}", "facts": known.get(person, {})}


def _group(workspace: str, person_id: str) -> list[str]:
    from passaparola.actions.acting import NotFound
    from passaparola.inbound.access import people_called

    try:
        return people_called(workspace, person_id)
    except NotFound as problem:
        raise Problem(str(problem)) from None


def _may(found: "Eligibility") -> str:
    """Whether somebody may recommend, in words."""
    if found.advocate and not found.suspended:
        return "They recommend already."
    suspended = "They are suspended: nobody new becomes theirs until they are resumed.\n" if found.suspended else ""
    if found.eligible:
        return suspended.strip() or "They may recommend."
    saw = "".join(f"\n  {name}: {value}" for name, value in found.saw.items())
    return f"{suspended}{found.reason}: {found.detail}{saw}\nThe person may be told: {found.sentence}"


def program_key_of(session: Any, workspace: str, name: str) -> str:
    """Our id of a program by its slug or prg_…. Raises Problem."""
    from passaparola.store.read.pages import program_key

    ours = re.fullmatch("prg_([0-9a-f]{32})", name)
    key = ours[1] if ours else program_key(session, workspace, name)
    if key is None:
        raise Problem(f"There is no program {name!r}. `passaparola program list` shows which there are")
    return key


def _row(row: dict[str, Any], state: str) -> dict[str, Any]:
    from passaparola.domain.instant import iso

    return {
        "id": f"inv_{row['id']}",
        "state": state,
        "person": row["person_id"] and f"per_{row['person_id']}",
        "email": row["address"] or None,
        "expires_at": iso(row["expires_at"]),
        "used_at": row["used_at"] and iso(row["used_at"]),
        "used_by": row["used_by_id"] and f"per_{row['used_by_id']}",
    }


def _say(said: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        say_json(said)
    else:
        click.echo(words.format(**said))


def _text(fact: str | int | bool) -> str:
    return str(fact).lower() if isinstance(fact, bool) else str(fact)
