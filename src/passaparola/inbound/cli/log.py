"""`passaparola log`: who did what, given away as a file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.ready import open_for_reading
from passaparola.inbound.cli.root import passaparola


@passaparola.group()
def log() -> None:
    """What people, keys, checkouts and the clock did."""


@log.command("export")
@click.option("--from", "since", metavar="TIME", help="From this time on, such as 2026-05-01T00:00:00Z.")
@click.option("--to", "until", metavar="TIME", help="Only what came before this time.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: standard output."
)
@json_option
def export(since: str | None, until: str | None, output: Path | None, as_json: bool) -> None:
    """Write the log as JSON lines, the oldest first: who, what, when, to what, and what rewards were before and after.

    Each line has a hash over itself and all lines before it.
    """
    workspace = open_for_reading()
    from passaparola.domain.instant import parse_instant
    from passaparola.inbound.acts_shown import exported

    begin, end = (parse_instant(text) if text else None for text in (since, until))
    lines = exported(workspace, since=begin, until=end)
    if as_json:
        say_json({"acts": list(lines)})
    elif output is None:
        for line in _written(lines):
            click.echo(line, nl=False)
    else:
        with open(output, "w", encoding="utf-8", newline="", opener=_for_us_alone) as file:
            count = sum(1 for line in _written(lines) if file.write(line))
        warn(f"{count} lines are in {output}.")


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _written(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    import orjson

    return (orjson.dumps(line).decode() + "\n" for line in lines)
