"""`passaparola chain`: who brought whom below one person, generation after generation."""

from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import Problem, open_for_reading
from passaparola.inbound.cli.root import passaparola

_SHOWN = 200  # lines of one tree, for people
_COLUMNS = ("people", "friends", "signed_up", "converted", "prospects", "forwarded", "orders", "visits")


@passaparola.command()
@click.argument("person")
@click.option("--program", metavar="ID", help="Only this program: the id in its file, or prg_…")
@json_option
def chain(person: str, program: str | None, as_json: bool) -> None:
    """Show whom PERSON brought, whom those brought in turn, and what all of them bought.

    PERSON is per_…, a customer id or an e-mail address. Who only signed up is in it, and who was asked and has not come.
    """
    workspace = open_for_reading()
    from passaparola.analytics.chain import chain_document, chains_of
    from passaparola.store.read.known_people import NobodyKnown

    try:
        found = [chain_document(one) for one in chains_of(workspace, person, program=program)]
    except NobodyKnown as problem:
        raise Problem(str(problem)) from None
    if as_json:
        say_json({"chains": found})
    else:
        click.echo("\n\n".join(_page(one) for one in found if program or one["people"]) or "Nobody came by them.")


def _page(one: dict[str, Any]) -> str:
    from passaparola.domain.money import money_text

    def revenue(row: dict[str, Any]) -> str:
        return ", ".join(money_text(minor, unit) for unit, minor in row["revenue_minor"].items()) or "–"

    heads = ["generation", *(name.replace("_", " ") for name in _COLUMNS), "revenue"]
    rows = [[row["generation"], *(row[name] for name in _COLUMNS), revenue(row)] for row in one["generations"]]
    rows.append(["all", *(one[name] for name in _COLUMNS), revenue(one)])
    depth = f"{one['depth']} generation{'' if one['depth'] == 1 else 's'}"
    parts = [f"{one['program']}: {depth} below {one['nodes'][0]['name']}", table(heads, rows)]
    parts.append("\n".join(_tree(one["nodes"], revenue)))
    if not one["complete"]:
        parts.append("There are more people than were read: every number is of those that were.")
    return "\n\n".join(parts)


def _tree(nodes: list[dict[str, Any]], revenue: Any) -> list[str]:
    below: dict[str, list[dict[str, Any]]] = {}
    for node in nodes[1:]:
        below.setdefault(node["parent"], []).append(node)
    lines: list[str] = []
    waiting = [nodes[0]]
    while waiting and len(lines) < _SHOWN:
        node = waiting.pop()
        lines.append(_line(node, revenue))
        waiting += reversed(below.get(node["person"], []))
    return [*lines, "…"] if waiting else lines


def _line(node: dict[str, Any], revenue: Any) -> str:
    if node["generation"] == 0:
        return str(node["name"])
    bought = f", {revenue(node)}" if node["revenue_minor"] else ""
    by = ", forwarded" if node["forwarded_by"] else ""
    return f"{'  ' * node['generation']}{node['name']} ({node['status']}{bought}{by})"
