"""`passaparola backup` and `restore`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import FOUND, migrate, open_for_reading, wake
from passaparola.inbound.cli.root import passaparola


@passaparola.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE when it exists.")
@json_option
def backup(file: Path, overwrite: bool, as_json: bool) -> None:
    """Write everything, as of one moment, into FILE, while the server goes on.

    The file restores into SQLite and PostgreSQL alike. It holds personal data. The secret key is not in it: keep
    `secret.key` from the data folder apart.
    """
    open_for_reading()
    from passaparola.actions.backup.back_up import back_up
    from passaparola.inbound.today import now

    with _told() as progress:
        counts = back_up(file, now=now(), overwrite=overwrite, progress=progress)
    if as_json:
        say_json({"file": str(file), "bytes": file.stat().st_size, "rows": counts})
    else:
        click.echo(f"{sum(counts.values()):,} rows of {len(counts)} tables in {file} ({file.stat().st_size:,} bytes)")


@passaparola.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Lose what is in the database now. Asks first.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def restore(file: Path, replace: bool, yes: bool, as_json: bool) -> None:
    """Put the backup FILE into an empty database, then verify the ledger. Stop the server first.

    Everything in FILE is checked before anything is written, and all is written at once or not at all.
    """
    wake()
    from passaparola.actions.backup.restore import restore as put_back
    from passaparola.inbound.handover import writer_lock

    if replace and not yes:
        click.confirm("Everything in the database now will be lost. Go on?", abort=True, err=True)
    with writer_lock(), _told() as progress:
        migrate()
        restored = put_back(file, replace=replace, progress=progress)
    if as_json:
        say_json(
            {
                "made_at": restored.made_at,
                "rows": restored.rows,
                "violations": [{**asdict(v), "sentence": v.sentence()} for v in restored.violations],
            }
        )
    else:
        click.echo(f"{sum(restored.rows.values()):,} rows restored as of {restored.made_at}")
        for violation in restored.violations:
            warn(violation.sentence())
        click.echo("The ledger is right." if not restored.violations else "The ledger is NOT right.")
    if restored.violations:
        raise click.exceptions.Exit(FOUND)


@contextmanager
def _told() -> Iterator[Callable[[str, int], None] | None]:
    """Which table is at work, on one line of standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda table, rows: click.echo(f"\r\033[K{table}: {rows:,} rows", nl=False, err=True)
    click.echo("\r\033[K", nl=False, err=True)
