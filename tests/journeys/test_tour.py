"""What the README says to do is done as it stands and in its order: the demo is started, then the tour in two terminals beside it."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.command_line import ROOT
from tests.ports import free_port

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


def what_run_does() -> str:
    """The command behind `make run`."""
    found = re.search(r"^run: setup.*\n\texec (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1].replace("$(BIN)", ".venv/bin")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a reader has after `make setup`: the files that the README names, and the command. No data yet."""
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


@contextmanager
def running(commands: str, folder: Path, env: dict[str, str], port: int) -> Iterator[None]:
    """What a terminal in this folder runs, from when it answers until it is ended by Ctrl-C."""
    with (folder / f"{port}.out").open("wb") as out:
        server = subprocess.Popen(
            ["bash", "-c", commands], cwd=folder, env=env, stdout=out, stderr=out, start_new_session=True
        )
    try:
        until = time.monotonic() + 90
        while not answers(port):
            assert server.poll() is None, (folder / f"{port}.out").read_text()
            assert time.monotonic() < until
            time.sleep(0.2)
        yield
    finally:
        os.killpg(server.pid, 2)
        server.wait(timeout=60)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/readyz", timeout=2) as said:
            return bool(said.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.mark.slow
def test_who_follows_the_readme_gets_what_it_says(clone: Path) -> None:
    first, second = free_port(), free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PASSAPAROLA", "DATABASE", "DJANGO"))}
    env["TMPDIR"] = str(clone)
    (terminal, _), *found = steps(tour())
    mine = str(second)
    assert "8010" in terminal
    script = clone / "tour.sh"
    script.write_text(
        "set -eu\n" + f"\necho; echo '{MARK}'\n".join(body for body, _ in found).replace("8010", mine), encoding="utf-8"
    )
    with (
        running(f"{what_run_does()} --port {first}", clone, env, first),
        running(terminal.replace("8010", mine), clone, env, second),
    ):
        ran = subprocess.run(
            ["bash", str(script)], cwd=clone, env=env, capture_output=True, text=True, check=False, timeout=180
        )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert (clone / "var").is_dir(), "the demo has its own folder"
    printed = ran.stdout.split(MARK)
    assert len(printed) == len(found)
    for (body, promised), said in zip(found, printed, strict=True):
        assert not shows(said, promised), f"{body}\nprinted\n{said}"


def test_a_line_that_is_not_printed_is_noticed() -> None:
    assert shows("a\nb  2\n", "a\nb …\n") == []
    assert shows("b 2\na\n", "a\nb …\n") == ["b …"]
    assert shows("a\n", "a\nc\n") == ["c"]
    assert len(steps(tour())) >= 11
