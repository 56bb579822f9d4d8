"""What is installed is pinned by content, and comes from wherever the installer looks."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKED = sorted(REQUIREMENTS.glob("*.txt"))
ADDRESS = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|\bfile:|\s@\s|git\+")
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


def entries(text: str) -> list[str]:
    """One string for each requirement, its continued lines joined, comments left out."""
    joined = re.sub(r"\\\n\s*", " ", text)
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def unpinned(text: str) -> list[str]:
    return [entry for entry in entries(text) if "==" not in entry or "--hash=sha256:" not in entry]


def addresses(text: str) -> list[str]:
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def names(path: Path) -> set[str]:
    found = (NAME.match(entry) for entry in entries(path.read_text(encoding="utf-8")))
    return {re.sub(r"[-_.]+", "-", match.group()).lower() for match in found if match}


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_every_locked_requirement_has_one_version_and_hashes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert entries(text)
    assert unpinned(text) == []


@pytest.mark.parametrize("path", [*LOCKED, *sorted(REQUIREMENTS.glob("*.in"))], ids=lambda path: path.name)
def test_requirements_hold_no_addresses(path: Path) -> None:
    assert addresses(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_what_is_asked_for_is_locked(path: Path) -> None:
    assert names(path.with_suffix(".in")) - names(path) == set()


def test_tests_run_with_the_versions_that_users_get() -> None:
    runtime, dev = (
        {entry.split(" ")[0] for entry in entries((REQUIREMENTS / name).read_text(encoding="utf-8"))}
        for name in ("runtime.txt", "dev.txt")
    )
    assert runtime - dev == set()


def test_no_second_lock_file_exists() -> None:
    assert [name for name in ("uv.lock", "poetry.lock", "Pipfile.lock", "pylock.toml") if (ROOT / name).exists()] == []


@pytest.mark.parametrize("text", ["django~=5.2", "django==5.2.19", "django==5.2.19 \\\n    --hash=md5:12"])
def test_a_planted_loose_requirement_is_caught(text: str) -> None:
    assert unpinned(text)
    assert not unpinned("django==5.2.19 \\\n    --hash=sha256:12")


@pytest.mark.parametrize("text", ["--index-url x", "django @ https://example.com/a.whl", "-e file:../django"])
def test_a_planted_address_is_caught(text: str) -> None:
    assert addresses(text)
