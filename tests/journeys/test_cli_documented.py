"""Every command, every option and every metric stands in the documentation, and nothing else does."""

import re
from collections.abc import Iterator

import click
import pytest

from passaparola.analytics.dashboard import DEFINITIONS
from passaparola.analytics.metrics import CATALOGUE
from passaparola.inbound.cli.commands import passaparola
from tests.journeys.command_line import ROOT, run

PAGE = "\n".join((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("cli.md", "calculations.md"))
SECTIONS = dict(re.findall(r"^## `(passaparola [^`]+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
METRICS = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands(passaparola, "passaparola"))


def heading(path: str) -> str:
    """The heading of a command, which names its arguments behind it."""
    return next((h for h in SECTIONS if h == path or h.startswith(f"{path} ")), "")


def test_every_command_has_a_section_and_every_section_a_command() -> None:
    assert {heading(path) for path in ALL} == set(SECTIONS)


@pytest.mark.parametrize("path", ALL)
def test_every_option_is_documented_and_explained_by_help(path: str) -> None:
    section = f"{heading(path)}\n{SECTIONS[heading(path)]}"
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.opts[-1] in section, parameter.opts
            assert parameter.help, parameter.opts
        else:
            assert parameter.human_readable_name in section
    told = run(*path.split()[1:], "--help")
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) > 4


@pytest.mark.parametrize("path", ALL)
def test_no_option_is_documented_that_is_not_there(path: str) -> None:
    own = {opt for parameter in ALL[path].params for opt in parameter.opts}
    others = {opt for command in ALL.values() for parameter in command.params for opt in parameter.opts}
    named = set(re.findall(r"--[a-z][a-z-]*", SECTIONS[heading(path)])) - own
    everywhere = {opt for parameter in passaparola.params for opt in parameter.opts}
    assert named <= others | everywhere | {"--help"}, named


def test_the_commands_that_users_were_promised_are_there() -> None:
    promised = {
        *("up", "demo", "program check", "program apply", "program list", "program show", "events import"),
        *("customers import", "report", "explain", "ledger verify", "ledger trial-balance", "apikey create"),
        *("clock run", "backup", "restore", "version"),
    }
    assert {f"passaparola {name}" for name in promised} <= set(ALL)
    reports = [path for path in ALL if path not in {"passaparola up", "passaparola program schema"}]
    assert all(any("--json" in p.opts for p in ALL[path].params) for path in reports)


def test_every_metric_is_defined_in_the_documentation_as_in_the_catalogue() -> None:
    report, sections = (
        METRICS.partition("\n## ")[0],
        dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", METRICS, re.MULTILINE)),
    )
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", report, re.MULTILINE)) == {
        m.name: m.definition for m in CATALOGUE
    }
    shown = dict(re.findall(r"^\| (\w+) \| (.+) \|$", sections["The dashboard"], re.MULTILINE))
    assert shown.pop("Number") == "Definition"
    assert shown == DEFINITIONS
