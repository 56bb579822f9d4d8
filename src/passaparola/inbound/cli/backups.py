"""`passaparola backup`, `restore` and `drill`."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.programs import FILE
from passaparola.inbound.cli.ready import FOUND, Problem, migrate, open_for_reading, wake
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


@passaparola.command()
@click.argument("file", type=FILE)
@json_option
def drill(file: Path, as_json: bool) -> None:
    """Try the backup FILE: restore it into a folder of its own, verify the ledger, say how long it took, remove the folder.

    The installation is not touched, and may run meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="passaparola-drill-") as folder:
        begun = time.monotonic()
        done = _restored_in(Path(folder), file)
        seconds = round(time.monotonic() - begun, 1)
    if as_json:
        say_json({**done, "seconds": seconds})
    else:
        click.echo(f"{sum(done['rows'].values()):,} rows as of {done['made_at']} restored and verified in {seconds} s")
        for violation in done["violations"]:
            warn(violation["sentence"])
        click.echo("The ledger is right." if not done["violations"] else "The ledger is NOT right.")
    if done["violations"]:
        raise click.exceptions.Exit(FOUND)


def _restored_in(folder: Path, file: Path) -> dict[str, Any]:
    """What `restore --json` says in a process of its own, on SQLite in that folder. Raises Problem when it could not be restored."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    program = "from passaparola.inbound.cli import main; main()"
    tried = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", program, "restore", str(file.absolute()), "--json"],
        env={**kept, "PASSAPAROLA_DATA": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        done: dict[str, Any] = json.loads(tried.stdout)
    except ValueError:
        raise Problem(tried.stderr.strip().removeprefix("passaparola: ") or "The restore said nothing") from None
    return done


@contextmanager
def _told() -> Iterator[Callable[[str, int], None] | None]:
    """Which table is at work, on one line of standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda table, rows: click.echo(f"\r\033[K{table}: {rows:,} rows", nl=False, err=True)
    click.echo("\r\033[K", nl=False, err=True)
