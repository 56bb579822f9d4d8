"""`passaparola program ready|goal|scale|effect|liability|recommend`: before the launch, and how far the program has come."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from passaparola.domain.programs.readiness import Lack

from passaparola.inbound.cli.output import json_option, say_json, table, warn
from passaparola.inbound.cli.programs import FILE, program, read_text
from passaparola.inbound.cli.ready import FOUND, Problem, open_for_reading


@program.command()
@click.argument("file", type=FILE)
@json_option
def ready(file: Path, as_json: bool) -> None:
    """Say everything that is missing for a good launch of FILE: what blocks, and what one should know. Changes nothing."""
    from passaparola.domain.programs.reader import read_document
    from passaparola.domain.programs.readiness import lacks

    document, findings = read_document(read_text(file), source=str(file))
    if document is None:
        for finding in findings:
            warn(finding.sentence())
        raise click.exceptions.Exit(FOUND)
    missing = [*lacks(document, _facts()), *_ending(read_text(file))]
    if as_json:
        rows = [{"what": x.what.value, "severity": x.severity, "says": x.says, "remedy": x.remedy} for x in missing]
        say_json({"ready": not any(x.severity == "error" for x in missing), "missing": rows})
    elif missing:
        click.echo("\n".join(f"{x.severity}: {x.what.value}: {x.says}; {x.remedy}" for x in missing))
    else:
        click.echo("Everything is there.")
    if any(x.severity == "error" for x in missing):
        raise click.exceptions.Exit(FOUND)


def _ending(text: str) -> "list[Lack]":
    """Budgets that end within a week at the present rate."""
    workspace = open_for_reading()
    from passaparola.analytics.pace import with_pace
    from passaparola.domain.programs import read_program
    from passaparola.domain.programs.readiness import Lack, Missing
    from passaparola.inbound.today import now_in

    program, _ = read_program(text, key="0" * 32, version=1, effective_from=0)
    found = with_pace(text, program, (), workspace=workspace, now=now_in(workspace))
    return [Lack(Missing.BUDGET, "warning", f.found, f.remedy) for f in found]


def _facts() -> Any:
    workspace = open_for_reading()
    from passaparola.inbound.launching import facts_here

    return facts_here(workspace)


@program.command()
@click.argument("id")
@json_option
def goal(id: str, as_json: bool) -> None:  # noqa: A002
    """Say how far a program is on the way to its goal. ID is the id in its file, or prg_…"""
    workspace = open_for_reading()
    from passaparola.analytics.goal import NoGoal, goal_document, goal_of
    from passaparola.inbound.today import now_in
    from passaparola.store.read.catalogue import NoSuchProgram

    try:
        found = goal_document(goal_of(workspace, id, now=now_in(workspace)))
    except (NoGoal, NoSuchProgram) as problem:
        raise Problem(str(problem.args[0])) from problem
    if as_json:
        say_json(found)
        return
    progress = "not measured" if found["progress_percent"] is None else f"{found['progress_percent']:.1f} %"
    click.echo(f"{found['program']}: {found['kind']}, by {found['kpi']}")
    rows = [
        [key, "" if found[key] is None else found[key]]
        for key in ("launched_at", "ends_at", "baseline", "value", "target", "currency")
    ]
    click.echo(table(["", ""], [*rows, ["progress", progress], ["state", found["state"]]]))
    if found["why"]:
        click.echo(found["why"])


@program.command()
@click.argument("id")
@json_option
def scale(id: str, as_json: bool) -> None:  # noqa: A002
    """Say how many friends came back, and whether that is enough to extend a program. ID is the id in its file, or prg_…"""
    workspace = open_for_reading()
    from passaparola.analytics.retention import NoScale, scale_of
    from passaparola.inbound.today import now_in
    from passaparola.store.read.catalogue import NoSuchProgram

    try:
        found = scale_of(workspace, id, now=now_in(workspace))
    except (NoScale, NoSuchProgram) as problem:
        raise Problem(str(problem.args[0])) from problem
    if as_json:
        say_json(found)
        return
    kept = "nobody to judge yet" if found["retention_percent"] is None else f"{found['retention_percent']:.2f} %"
    click.echo(
        f"{found['program']}, version {found['version']}: {'to be extended' if found['due'] else 'not extended'}"
    )
    click.echo(
        f"Friends whose first order is {found['days']} days old: {found['friends']} (of {found['least_friends']})"
    )
    click.echo(f"Ordered again within them: {found['back']}, {kept} (of {found['wanted_percent']:.2f} %)")


@program.command()
@click.argument("id")
@click.option("--days", default=90, type=click.IntRange(1, 366), help="How long before and after each is looked at. 90")
@json_option
def effect(id: str, days: int, as_json: bool) -> None:  # noqa: A002
    """Say what came of what a program gave by hand or by rule. ID is the id in its file, or prg_…"""
    workspace = open_for_reading()
    from passaparola.analytics.effect import WHAT, effect_of
    from passaparola.inbound.today import now_in

    found = effect_of(workspace, id, days=days, now=now_in(workspace))
    if as_json:
        say_json(found)
        return
    click.echo(
        f"{found['program']}: given to {found['given']} people, to {found['judged']} of them {days} days ago or earlier; "
        f"{found['compared']} have comparable people to whom nothing was given"
    )
    heads = ("before", "after", "comparable_before", "comparable_after", "effect")
    rows = [[what, *("" if found[what][h] is None else f"{found[what][h]:.2f}" for h in heads)] for what in WHAT]
    click.echo(table(["for each person", *(h.replace("_", " ") for h in heads)], rows))


@program.command()
@click.argument("id")
@click.option(
    "--days", default=30, type=click.IntRange(1, 366), help="How long a period is, and how far back is looked. 30"
)
@click.option("--periods", default=3, type=click.IntRange(1, 36), help="How many periods ahead. 3")
@json_option
def liability(id: str, days: int, periods: int, as_json: bool) -> None:  # noqa: A002
    """Say what a program owes to people, and what it is going to owe at the present rate. ID is the id in its file, or prg_…"""
    workspace = open_for_reading()
    from passaparola.analytics.liability import liability_of
    from passaparola.domain.units import units_text
    from passaparola.inbound.today import now_in

    found = liability_of(workspace, id, days=days, periods=periods, now=now_in(workspace))
    if as_json:
        say_json(found)
        return
    heads = ("owed", "waiting", "issued", "gone", "given", "liability", "highest")
    rows = [
        [line["unit"], *(units_text(line[f"{h}_minor"], line["unit"]) for h in heads)] for line in found["liabilities"]
    ]
    click.echo(
        f"{found['program']}, the last {days} days and {periods} times as long ahead, until {found['until'][:10]}:"
    )
    click.echo(table(["unit", *heads], rows) if rows else "Nothing is owed and nothing waits.")
    for line in found["liabilities"]:
        if line["budget_lasts_periods"] is not None:
            left = units_text(line["budget_left_minor"], line["unit"])
            click.echo(f"The budget has {left} left, enough for {line['budget_lasts_periods']} periods")
        for budget in line["budgets"]:
            if budget["period"] is not None:
                click.echo(_by_period(budget, units_text(budget["left_minor"], line["unit"])))


def _by_period(budget: dict[str, Any], left: str) -> str:
    anew, end = budget["begins_anew_at"][:10], budget["used_up_at"]
    lasts = "enough until then" if end is None else f"used up on {end[:10]} at this rate"
    return f"The budget by {budget['period']} has {left} left until it begins anew on {anew}: {lasts}"


@program.command()
@click.argument("wanted", metavar="[GOAL]", required=False)
@json_option
def recommend(wanted: str | None, as_json: bool) -> None:
    """Say which program to begin with for a GOAL, and why; without one, for each goal. Needs no database."""
    from passaparola.domain.programs.goals import GoalKind
    from passaparola.domain.programs.recommend import RECOMMENDATIONS

    if wanted is not None and wanted not in frozenset(GoalKind):
        raise Problem(f"{wanted!r} is no goal. There is: {', '.join(GoalKind)}")
    found = [r for r in RECOMMENDATIONS if wanted in (None, r.goal.value)]
    if as_json:
        say_json(
            {"recommendations": [{"goal": r.goal.value, "template": r.template, "reason": r.reason} for r in found]}
        )
        return
    for r in found:
        click.echo(f"{r.goal.value}: examples/programs/{r.template}.yaml\n  {r.reason}")
