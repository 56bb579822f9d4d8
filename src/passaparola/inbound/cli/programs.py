"""`passaparola program`: check, apply, list and show program files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table, warn
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading, open_for_writing
from passaparola.inbound.cli.root import passaparola


class _OrdinaryFile(click.Path):
    """A file that is there and ends. A pipe may have nobody who writes into it, and is read once only."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if isinstance(found, Path) and not found.is_file():
            self.fail(f"{str(found)!r} is a pipe or a device. Write what it gives into a file first", param, ctx)
        return found


FILE = _OrdinaryFile(exists=True, dir_okay=False, readable=True, path_type=Path)
_MOST = 4 << 20


@passaparola.group()
def program() -> None:
    """Program files: what is promised, to whom, for what."""


@program.command()
@click.argument("file", type=FILE)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say everything that is wrong with FILE, or what it promises. Changes nothing and needs no database."""
    from passaparola.domain.programs import describe, read_program
    from passaparola.inbound.cli.findings import finding_row

    found, findings = read_program(read_text(file), key="0" * 32, version=1, effective_from=0, source=str(file))
    if as_json:
        say_json(
            {
                "ok": found is not None,
                "program": found.slug if found else None,
                "findings": [finding_row(f) for f in findings],
                "description": describe(found) if found else None,
            }
        )
    else:
        for finding in findings:
            warn(finding.sentence())
        if found is not None:
            click.echo(describe(found))
    if found is None:
        raise click.exceptions.Exit(FOUND)


@program.command()
def schema() -> None:
    """Print the JSON Schema of a program file, with which editors complete and check it. Needs no database."""
    from passaparola.domain.programs import schema_text

    click.echo(schema_text(), nl=False)


@program.command()
@click.argument("file", type=FILE)
@click.option(
    "--plan", metavar="ID", help="Only while this plan is fresh: neither the file nor the live version has changed."
)
@click.option("--without-goal", metavar="REASON", help="Let it begin without a goal; the reason is kept in the log.")
@json_option
def apply(file: Path, plan: str | None, without_goal: str | None, as_json: bool) -> None:
    """Make FILE the next version of its program, live at once unless it says `status: draft`."""
    document = read_text(file)
    with open_for_writing() as door:
        from passaparola.inbound.commands import CommandFailed  # only now: it needs the application loaded

        try:
            applied = door.call(
                "program.apply", document=document, source=str(file), plan=plan, without_goal=without_goal
            )
        except CommandFailed as problem:
            _refused(problem, as_json)
            raise click.exceptions.Exit(FOUND) from None
    _say(applied, as_json)


def _say(applied: dict[str, Any], as_json: bool) -> None:
    if as_json:
        say_json(applied)
        return
    for finding in applied["findings"]:
        warn(finding["sentence"])
    state = "live" if applied["live"] else "a draft"
    done = "is now" if applied["changed"] else "was already, and nothing was changed:"
    click.echo(f"{applied['program']} {done} version {applied['version']}, {state} ({applied['id']})")


def _refused(problem: Any, as_json: bool) -> None:
    if as_json:
        say_json({"changed": False, **problem.detail, "problem": problem.message})
    else:
        warn(problem.message)
        if problem.detail.get("reason") == "no_goal":
            warn('mend: add the goal, or give --without-goal "the reason", which is kept in the log')


@program.command()
@click.argument("file", type=FILE)
@click.option(
    "--days",
    default=365,
    show_default=True,
    type=click.IntRange(1, 36_500),
    help="Try it on what came in so many days.",
)
@json_option
def plan(file: Path, days: int, as_json: bool) -> None:
    """Say what applying FILE would change: in words, and in money on our own history. Keeps the plan and changes nothing else."""
    document = read_text(file)
    workspace = open_for_reading()
    from passaparola.actions.programs.apply import UnableToApplyProgram
    from passaparola.actions.rehearsal.plan import propose
    from passaparola.inbound.plans import plan_json, plan_words
    from passaparola.inbound.today import now_in

    try:
        proposal = propose(document, workspace=workspace, now=now_in(workspace), days=days, source=str(file))
    except UnableToApplyProgram as problem:
        warn(str(problem))
        raise click.exceptions.Exit(FOUND) from None
    with open_for_writing() as door:
        key = door.call("program.plan", slug=proposal.program, live=proposal.live_version, document=document)
    if as_json:
        say_json(plan_json(proposal, key))
    else:
        click.echo(plan_words(proposal, key))


@program.command()
@click.argument("id")
@click.option("--to", "number", type=int, help="Another version than the one that was live before the live one.")
@json_option
def rollback(id: str, number: int | None, as_json: bool) -> None:  # noqa: A002
    """Make the text of an earlier version the next one, live at once. What was promised under any version is kept.

    ID is the id in its file, or prg_…
    """
    with open_for_writing() as door:
        _say(door.call("program.rollback", program=id, to=number), as_json)


@program.command("list")
@json_option
def list_programs(as_json: bool) -> None:
    """List the programs."""
    workspace = open_for_reading()
    from passaparola.store.read.catalogue import programs_of
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        known = programs_of(session, workspace)
    keys = ("program", "name", "status", "live_version", "newest_version", "id")
    rows = [[p.slug, p.name, p.status, p.live_version, p.newest, f"prg_{p.key}"] for p in known]
    if as_json:
        say_json({"programs": [dict(zip(keys, row, strict=True)) for row in rows]})
    elif rows:
        click.echo(table(["program", "name", "status", "live", "newest", "id"], rows))
    else:
        click.echo("There is no program yet. `passaparola program apply FILE` makes one.")


@program.command()
@click.argument("id")
@click.option("--version", "number", type=int, help="Another version than the live one.")
@click.option("--document", "only_document", is_flag=True, help="Print the file as it was applied, and nothing else.")
@json_option
def show(id: str, number: int | None, only_document: bool, as_json: bool) -> None:  # noqa: A002
    """Show what a program promises. ID is the id in its file, or prg_…"""
    workspace = open_for_reading()
    shown = _shown(workspace, id, number)
    if only_document:
        click.echo(shown["document"], nl=not shown["document"].endswith("\n"))
    elif as_json:
        say_json(shown)
    else:
        click.echo(shown["description"])
        if shown["without_goal"]:
            click.echo(f"\nIt goes without a goal: {shown['without_goal']}")
        click.echo(f"\n{shown['id']}; versions: " + ", ".join(_version_text(v, shown) for v in shown["versions"]))


def _version_text(version: dict[str, Any], shown: dict[str, Any]) -> str:
    mark = " (live)" if version["version"] == shown["live_version"] else ""
    return f"{version['version']} from {version['effective_from'] or 'nowhere: a draft'}{mark}"


def _shown(workspace: str, name: str, number: int | None) -> dict[str, Any]:
    from passaparola.domain.instant import iso
    from passaparola.domain.programs import describe, read_program
    from passaparola.domain.programs.compiled import ProgramStatus
    from passaparola.store.read.catalogue import find_program, version_document, version_numbers, why_without_goal
    from passaparola.store.read.snapshot import reading

    with reading() as session:
        entry = find_program(session, workspace, name)
        wanted = number or entry.live_version or entry.newest
        found = version_document(session, workspace, entry.key, wanted)
        versions = version_numbers(session, workspace, entry.key)
        without = why_without_goal(session, workspace, entry.slug, wanted)
    if found is None:
        there = ", ".join(str(n) for n, _ in versions)
        raise Problem(f"{entry.slug} has no version {wanted}. There is: {there}")
    document, since = found
    compiled, _ = read_program(document, key=entry.key, version=wanted, effective_from=since or 0)
    if compiled is not None and wanted == entry.live_version:
        compiled = replace(compiled, status=ProgramStatus(entry.status))
    return {
        "program": entry.slug,
        "id": f"prg_{entry.key}",
        "name": entry.name,
        "status": entry.status,
        "live_version": entry.live_version,
        "version": wanted,
        "description": describe(compiled) if compiled else "This version cannot be read by this passaparola.",
        "without_goal": without if compiled and compiled.goal is None else None,
        "versions": [{"version": n, "effective_from": iso(at) if at is not None else None} for n, at in versions],
        "document": document,
    }


def read_text(file: Path) -> str:
    """The text of a file. Says what is wrong when it is none."""
    if file.stat().st_size > _MOST:
        raise Problem(f"{file} is far too large for a program file")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Problem(f"{file} is not UTF-8 text: byte {wrong.start + 1} cannot be read. Save it as UTF-8") from wrong
