"""The command `passaparola` and how it ends: 0 done, 1 something was found or failed, 2 called or set up wrongly."""

from typing import Any

import click

from passaparola import __version__
from passaparola.inbound.chosen import CHOSEN
from passaparola.inbound.cli.output import json_option, say_json
from passaparola.inbound.cli.ready import debugging, explained


class Commands(click.Group):
    """Turns what goes wrong into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as problem:
            if debugging():
                raise
            raise explained(problem) from problem


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(version)s")
@click.option("--workspace", metavar="NAME", help="Another workspace than the main one, such as a sandbox.")
def passaparola(workspace: str | None) -> None:
    """Referral programs: who brought whom, who gets what, and why.

    Data lies in PASSAPAROLA_DATA (./var), or in PostgreSQL by DATABASE_URL. Ends with 0 when all is well, 1 when
    something was found or failed, 2 when it was called or set up wrongly.
    """
    chosen = CHOSEN.set(workspace)
    click.get_current_context().call_on_close(lambda: CHOSEN.reset(chosen))


@passaparola.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version."""
    if as_json:
        say_json({"version": __version__})
    else:
        click.echo(__version__)
