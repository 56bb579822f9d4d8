"""`passaparola report`: the numbers of a program."""

from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import open_for_reading
from passaparola.inbound.cli.root import passaparola

_COUNTS = (
    ("people", "people"),
    ("shares", "shares"),
    ("sharers", "people who shared"),
    ("visits", "visits"),
    ("unconfirmed_visits", "unconfirmed visits"),
    ("machine_visits", "visits of machines"),
    ("signups", "sign-ups"),
    ("referred_signups", "referred sign-ups"),
    ("orders", "orders"),
    ("referred_orders", "referred orders"),
    ("converted_friends", "converted friends"),
    ("advocates_with_conversion", "advocates with a conversion"),
)


@passaparola.command()
@click.option("--program", required=True, metavar="ID", help="The program: the id in its file, or prg_…")
@click.option(
    "--by",
    type=click.Choice(["advocate", "location", "placement", "level"]),
    help="The numbers apart for each of them.",
)
@click.option(
    "--csv", "as_csv", is_flag=True, help="With --by: as CSV, amounts with their currency in columns of their own."
)
@json_option
def report(program: str, by: str | None, as_csv: bool, as_json: bool) -> None:
    """Who came, who bought, what it earned, what was given and what was refused. docs/metrics.md defines each number."""
    if as_csv and (by is None or as_json):
        raise click.UsageError("--csv goes with --by, and not with --json.")
    workspace = open_for_reading()
    if by is not None:
        _apart(workspace, program, by, as_csv, as_json)
        return
    from passaparola.analytics.report import report as report_on

    numbers = report_on(workspace, program)
    if as_json:
        say_json(numbers)
    else:
        click.echo(_page(numbers))


def _apart(workspace: str, program: str, by: str, as_csv: bool, as_json: bool) -> None:
    from passaparola.analytics.breakdown import advocate_document, by_location, every_advocate, location_document
    from passaparola.analytics.levels import levels_of

    if by == "placement":
        from django.conf import settings

        from passaparola.analytics.placements import every_placement, placement_document

        rows = [placement_document(line, settings.PUBLIC_URL) for line in every_placement(workspace, program)[1]]
    elif by == "level":
        rows = levels_of(workspace, program)["levels"]
    elif by == "advocate":
        rows = [advocate_document(line) for line in every_advocate(workspace, program)]
    else:
        rows = [location_document(line) for line in by_location(workspace, program)[1]]
    if as_json:
        say_json({f"{by}s": rows})
    elif as_csv:
        click.echo(_csv(rows), nl=False)
    else:
        click.echo(_table(rows) if rows else "Nothing came yet.")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One line: a column for each currency of the revenue, and for each kind of reward in its unit."""
    from passaparola.domain.money import decimal_text

    if "from_minor" in row:
        return _flat_level(row)
    flat = {
        name: value for name, value in row.items() if name not in ("revenue_minor", "rewards") and value is not None
    }
    flat |= {f"revenue {unit}": decimal_text(minor, unit) for unit, minor in row["revenue_minor"].items()}
    for w in row.get("rewards", ()):
        flat[f"{w['kind']} {w['currency']}"] = decimal_text(w["value_minor"], w["currency"])
    return flat


def _flat_level(row: dict[str, Any]) -> dict[str, Any]:
    from passaparola.domain.money import decimal_text

    bounds = {name: decimal_text(row[f"{name}_minor"], row["currency"]) for name in ("from", "to")}
    rate = "" if row["take_rate"] is None else f"{row['take_rate']:.4f}"
    named, counts = ("side", "rule", "kind", "currency"), ("earned", "offered", "taken")
    return {**{k: row[k] for k in named}, **bounds, **{k: row[k] for k in counts}, "take_rate": rate}


def _columns(rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _csv(rows: list[dict[str, Any]]) -> str:
    from passaparola.domain.cells import csv_text

    flat = [_flat(row) for row in rows]
    heads = _columns(flat)
    return csv_text(heads, [[row.get(head, "") for head in heads] for row in flat])


def _table(rows: list[dict[str, Any]]) -> str:
    flat = [
        {k: v for k, v in _flat(row).items() if k not in ("advocate", "person", "id", "link", "created_at")}
        for row in rows
    ]
    heads = _columns(flat)
    return table([head.replace("_", " ") for head in heads], [[row.get(head, "") for head in heads] for row in flat])


def _page(r: dict[str, Any]) -> str:
    from passaparola.domain.money import money_text
    from passaparola.domain.units import units_text

    period = f"{r['period']['from']} to {r['period']['to']}" if r["period"] else "no events yet"
    parts = [f"{r['name']} ({r['program']}, version {r['version']}, {r['status']}): {period}"]
    parts.append(table(["", "number"], [[_about(r, words), r[key]] for key, words in _COUNTS]))
    if r["conversion_rate"] is not None:
        parts.append(f"conversion rate: {r['conversion_rate']:.2%} of the referred sign-ups")
    parts += [f"revenue: {money_text(minor, unit)}" for unit, minor in r["revenue_minor"].items()]
    if r["rewards"]:
        rows = [
            [w["side"], w["kind"], w["state"], w["count"], units_text(w["value_minor"], w["currency"])]
            for w in r["rewards"]
        ]
        parts.append(table(["side", "kind", "state", "count", "value"], rows))
    if r["refusals"]:
        parts.append(table(["refused because", "referrals"], [[why, count] for why, count in r["refusals"].items()]))
    if r["top_advocates"]:
        rows = [
            [a["id"], a["converted_friends"], ", ".join(money_text(m, u) for u, m in a["revenue_minor"].items())]
            for a in r["top_advocates"]
        ]
        parts.append(table(["top advocates", _about(r, "friends"), "revenue"], rows))
    return "\n\n".join(parts)


def _about(r: dict[str, Any], words: str) -> str:
    """What is said of friends, with the program's word for them."""
    from passaparola.domain.programs.subject_words import FRIENDS

    return words.replace("friends", FRIENDS.get(r.get("subject", ""), "friends"))


@passaparola.command()
@click.argument("id")
@json_option
def explain(id: str, as_json: bool) -> None:  # noqa: A002
    """Say why: who was considered, which rule saw what, the arithmetic to the cent, and every refusal by name.

    ID is evt_…, ref_…, rwd_… or per_…, an event's own id, an order's number, an e-mail address or a customer id.
    """
    workspace = open_for_reading()
    from passaparola.actions.advocates.turned_away import with_rules
    from passaparola.inbound.cli.ready import Problem
    from passaparola.inbound.explained import as_json as json_of
    from passaparola.inbound.explained import as_words
    from passaparola.inbound.today import now_in
    from passaparola.store.read.explanations import NothingKnown, explanations_of
    from passaparola.store.read.snapshot import snapshot

    now = now_in(workspace)
    with snapshot() as session:
        try:
            found = with_rules(explanations_of(session, workspace, id), session, workspace, now)
        except NothingKnown as problem:
            raise Problem(str(problem)) from None
    if as_json:
        say_json(json_of(found))
    else:
        click.echo(as_words(found))
