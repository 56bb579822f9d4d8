"""The five minutes of the README are run as they stand, on a server of their own, and show what they say."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.databases import Database, only_sqlite
from tests.journeys.caller import Server
from tests.journeys.command_line import ROOT

README = ROOT / "README.md"
MARK = "=== next ==="


def tour() -> str:
    """The part of the README that is a tour."""
    text = README.read_text(encoding="utf-8")
    return text[text.index("## Five minutes by hand") : text.index("## Your own program")]


def steps(text: str) -> list[tuple[str, str]]:
    """Each block of commands, and what is shown below it ("" where nothing is)."""
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    found = []
    for number, (kind, body) in enumerate(blocks):
        if kind == "sh":
            after = blocks[number + 1] if number + 1 < len(blocks) else ("", "")
            found.append((body, after[1] if after[0] == "text" else ""))
    return found


def shows(printed: str, promised: str) -> list[str]:
    """The promised lines that were not printed, in their order."""
    lines, missing = [" ".join(line.split()) for line in printed.splitlines()], []
    at = 0
    for line in filter(None, (" ".join(p.split()) for p in promised.splitlines())):
        pattern = re.compile(".*".join(map(re.escape, line.split("…"))))
        place = next((n for n in range(at, len(lines)) if pattern.fullmatch(lines[n])), None)
        if place is None:
            missing.append(line)
        else:
            at = place + 1
    return missing


@pytest.mark.slow
@only_sqlite
def test_the_tour_runs_as_it_is_written(database: Database, tmp_path: Path) -> None:
    server = Server(database)
    host = f"http://localhost:{server.port}"
    server.variables |= {"PASSAPAROLA_PUBLIC_URL": host}
    found = steps(tour())
    script = tmp_path / "tour.sh"
    commands = f"\necho; echo '{MARK}'\n".join(body for body, _ in found)
    script.write_text("set -eu\n" + commands.replace("http://localhost:8000", host), encoding="utf-8")
    env = {**database.env, **server.variables, "TMPDIR": str(tmp_path)}
    server.start()
    try:
        ran = subprocess.run(
            ["bash", str(script)], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=180
        )
    finally:
        server.stop()
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    printed = ran.stdout.split(MARK)
    assert len(printed) == len(found)
    for (body, promised), said in zip(found, printed, strict=True):
        assert not shows(said, promised), f"{body}\nprinted\n{said}"


def test_a_line_that_is_not_printed_is_noticed() -> None:
    assert shows("a\nb  2\n", "a\nb …\n") == []
    assert shows("b 2\na\n", "a\nb …\n") == ["b …"]
    assert shows("a\n", "a\nc\n") == ["c"]
    assert len(steps(tour())) >= 10
