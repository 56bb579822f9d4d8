"""Runs `passaparola` in this process, against the database in use, or in one of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from passaparola.inbound.cli.commands import passaparola
from tests.databases import Database

ROOT = Path(__file__).parents[2]
GIVE_5 = ROOT / "examples" / "programs" / "give-5-get-5.yaml"
TEN_PERCENT = ROOT / "examples" / "programs" / "ten-percent.yaml"


def run(*arguments: object, asked: str | None = None) -> Result:
    """Run a command; its exit code and both outputs. A defect shows its own traceback."""
    result = CliRunner().invoke(passaparola, [str(a) for a in arguments], input=asked)
    assert "This should not happen" not in result.stderr, result.stderr
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def ran(*arguments: object) -> str:
    """Run a command that must end well; what it printed."""
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def said(*arguments: object) -> Any:
    """Run a command with --json that must end well; its result."""
    return json.loads(ran(*arguments, "--json"))


def command(*arguments: object) -> list[str]:
    """The same as a process of its own."""
    return [sys.executable, "-c", "from passaparola.inbound.cli import main; main()", *map(str, arguments)]


def process(database: Database, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=database.env, capture_output=True, text=True, check=False, timeout=120
    )


def lines(path: Path, *objects: dict[str, Any]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(o) + "\n" for o in objects), encoding="utf-8")
    return path
