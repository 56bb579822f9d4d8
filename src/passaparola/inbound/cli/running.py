"""`passaparola up`, `demo` and `clock`: what keeps it going."""

import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from passaparola.inbound.cli.output import json_option, say_json, warn
from passaparola.inbound.cli.ready import FOUND, Problem, migrate, open_for_writing, wake
from passaparola.inbound.cli.root import passaparola

if TYPE_CHECKING:
    from passaparola.inbound.handover import Door


@passaparola.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes, on PostgreSQL. SQLite always has one.",
)
@click.option("--demo", "with_demo", is_flag=True, help="Load the demo shop first.")
def up(host: str, port: int, workers: int, with_demo: bool) -> None:
    """Bring the database up to date and start the server. Ctrl-C ends it.

    The first start makes an operator and prints how to sign in.
    """
    if with_demo:
        os.environ["PASSAPAROLA_DEMO"] = "1"  # for this process and the workers it starts
    _lead_links_here(port)
    wake(serving=True)
    _free(host, port)
    from passaparola.actions.operators import ensure_first_operator
    from passaparola.inbound.commands import workspace_id
    from passaparola.inbound.handover import here, writer_lock
    from passaparola.inbound.server import serve

    with writer_lock():
        migrate()
        workspace_id()
        sign_in = ensure_first_operator()
        if sign_in is not None:
            click.echo(f"Sign in as {sign_in.name} with the password {sign_in.password}")
            click.echo("It is shown this one time only.")
        address = f"http://{'localhost' if host in _LOCAL else host}:{port}"
        if with_demo:
            _say_demo(loaded := _load_demo(here()))
            click.echo(f"Open as a friend: {address}/r/{loaded['link']}")
            click.echo(f"Join as an advocate: {address}/join/{loaded['programs'][0]}")
        click.echo(f"passaparola is at {address}")
        sys.stdout.flush()
        serve(host=host, port=port, workers=workers)


def _lead_links_here(port: int) -> None:
    """Where nothing says what people see as the address, links lead to the port that is listened on, not to a usual one."""
    if not os.environ.get("PASSAPAROLA_PUBLIC_URL", "").strip():
        os.environ["PASSAPAROLA_PUBLIC_URL"] = f"http://localhost:{port}"


def _free(host: str, port: int) -> None:
    """Say it before anything is begun when nobody could listen there."""
    import socket

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family[0]) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(family[4])
    except OSError as problem:
        why = "is taken" if problem.errno == errno.EADDRINUSE else f"cannot be used ({problem.strerror or problem})"
        raise Problem(f"Port {port} on {host} {why}. Choose others with --port and --host") from None


_LOCAL = ("127.0.0.1", "0.0.0.0", "::", "::1")  # noqa: S104  only compared with


@passaparola.command()
@json_option
def demo(as_json: bool) -> None:
    """Load the demo: two programs and four months of a small shop. Loading it again changes nothing."""
    with open_for_writing() as door:
        loaded = _load_demo(door)
    if as_json:
        say_json(loaded)
    else:
        _say_demo(loaded)


def _load_demo(door: "Door") -> dict[str, Any]:
    from passaparola.inbound.demo import load_demo

    with _bar("demo") as progress:
        return load_demo(door, progress)


def _say_demo(loaded: dict[str, Any]) -> None:
    if not loaded["changed"]:
        click.echo("The demo was loaded before; nothing was changed.")
        return
    first = loaded["programs"][0]
    command = "passaparola" if shutil.which("passaparola") else sys.argv[0]  # `make run` puts it on nobody's path
    click.echo(f"The demo is loaded: {loaded['recorded']} events, programs {' and '.join(loaded['programs'])}.")
    click.echo(f"Try: {command} report --program {first}; {command} explain demo-ben")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress


@passaparola.group()
def clock() -> None:
    """What time does: holds end, credit expires, commits are sealed. `up` runs it by itself."""


@clock.command("set")
@click.argument("time")
@json_option
def set_clock(time: str, as_json: bool) -> None:  # a moment, such as 2026-05-01T00:00:00Z
    """Move a sandbox's clock to TIME, such as 2026-05-01T00:00:00Z, and let fall due what is due by then. It never goes back."""
    _say_moved(as_json, to=time)


@clock.command()
@click.argument("duration")
@json_option
def advance(duration: str, as_json: bool) -> None:
    """Move a sandbox's clock forwards by DURATION: `30d`, `12h`, `90m` or `45s`."""
    _say_moved(as_json, seconds=_seconds(duration))


def _seconds(text: str) -> int:
    unit = _UNITS.get(text[-1:])
    if unit is None or not (text[:-1].isascii() and text[:-1].isdigit()) or len(text) > 12:
        raise click.UsageError(f"{text!r} is no duration: write 30d, 12h, 90m or 45s")
    return int(text[:-1]) * unit


_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


def _say_moved(as_json: bool, **wanted: Any) -> None:
    with open_for_writing() as door:
        moved = door.call("clock.move", **wanted)
    if as_json:
        say_json(moved)
    else:
        click.echo(f"It was {moved['before']} and is {moved['now']}; {moved['steps']} things fell due")


@clock.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option(
    "--every",
    default=60,
    show_default=True,
    type=click.IntRange(1, 86400),
    help="Seconds between runs, without --once.",
)
@click.option("--verify", is_flag=True, help="Check the ledger as well; what is wrong becomes a finding.")
@json_option
def run(once: bool, every: int, verify: bool, as_json: bool) -> None:
    """Let everything fall due that is due. Ends with 1 when the ledger is not right."""
    while True:
        with open_for_writing() as door:
            done = _until_nothing_is_due(door, verify)
        if as_json:
            say_json(done)
        elif once or done["steps"] or done["violations"]:
            click.echo(f"{done['steps']} steps up to {done['until']}, {done['sealed']} commits sealed")
        for violation in done["violations"]:
            warn(violation["sentence"])
        if once:
            break
        time.sleep(every)
    if done["violations"]:
        raise click.exceptions.Exit(FOUND)


def _until_nothing_is_due(door: "Door", verify: bool) -> dict[str, Any]:
    """Batch by batch, each told on a terminal; a running server does other work in between. Then all that the clock does besides."""
    steps = 0
    while more := door.call("clock.batch")["steps"]:
        steps += more
        if sys.stderr.isatty():
            warn(f"{steps:,} steps")
    done: dict[str, Any] = door.call("clock.run", verify=verify)
    return {**done, "steps": steps + done["steps"]}
