"""Runs `passaparola` in this process, against the database in use, or in one of its own."""

import io
import json
import os
import pty
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
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


def watched(*arguments: object) -> str:
    """Run a command that must end well; what a terminal shows of its standard error."""
    ours, its = pty.openpty()
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.extend(iter(partial(_some, ours), b"")))
    reader.start()
    with open(its, "w", buffering=1) as terminal, redirect_stderr(terminal), redirect_stdout(io.StringIO()):  # noqa: PTH123
        passaparola.main([str(a) for a in arguments], standalone_mode=False)
    reader.join()
    os.close(ours)
    return b"".join(shown).decode()


def _some(file: int) -> bytes:
    """What there is to read; nothing when the other end was closed."""
    try:
        return os.read(file, 65536)
    except OSError:
        return b""


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
