"""What CONTRIBUTING.md sends people to is there: every path, every name in a file, every name on its own."""

import re
from pathlib import Path

import pytest

from passaparola.domain.events.event import EventType
from passaparola.domain.rewards.kinds import RewardKind
from passaparola.inbound.web.operators.words import EVENTS, KINDS
from tests.house.source import ROOT, SRC, none_of

PAGE = ROOT / "CONTRIBUTING.md"
QUOTED = re.compile(r"`([^`\n]+)`")
PLACE = re.compile(r"((?:[\w.<>-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml|json))(?:: (\w+))?")
NAME = re.compile(r"(?:\w+\.)*([A-Za-z]\w+)(?:\(\))?")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def what_is_missing(text: str) -> list[str]:
    """Each path, and each name, that a text quotes and that is nowhere."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((SRC / "passaparola").rglob("*.py")))
    source += (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    return [found for quoted in QUOTED.findall(BLOCK.sub("", text)) if (found := _missing(quoted, source))]


def _missing(quoted: str, source: str) -> str:
    place = PLACE.fullmatch(quoted)
    if place is None:
        name = NAME.fullmatch(quoted)
        return f"{quoted} is no name of ours" if name and not re.search(rf"\b{name[1]}\b", source) else ""
    path = _path(place[1])
    if path is None:
        return f"{place[1]} is not there"
    if place[2] and not re.search(
        rf"^(?:class |(?:async )?def )?{place[2]}\b", path.read_text(encoding="utf-8"), re.MULTILINE
    ):
        return f"{place[1]} has no {place[2]}"
    return ""


def _path(written: str) -> Path | None:
    """As it stands from the root or from the package; `<noun>` stands for anything."""
    pattern = re.sub(r"<\w+>", "*", written.rstrip("/"))
    found = [path for root in (ROOT, SRC / "passaparola") for path in root.glob(pattern)]
    return found[0] if found else None


def test_what_the_recipes_name_is_there() -> None:
    none_of(what_is_missing(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Teach `actions/ledger/again.py` to do it.", ["actions/ledger/again.py is not there"]),
        ("See `actions/credits/`.", ["actions/credits/ is not there"]),
        ("Add it to `domain/programs/compiled.py: KINDS`.", ["domain/programs/compiled.py has no KINDS"]),
        ("Asked by `Askance`.", ["Askance is no name of ours"]),
        (
            "`actions/<noun>/`, `docs/rules/`, `domain/rewards/kinds.py: KINDS`, `Asked`, `make test`, `area: Sentence.`",
            [],
        ),
    ],
)
def test_a_planted_stale_name_is_caught(text: str, found: list[str]) -> None:
    assert what_is_missing(text) == found


def test_every_kind_of_reward_and_of_event_has_a_name_for_staff() -> None:
    assert set(KINDS) == set(RewardKind)
    assert set(EVENTS) == set(EventType)
