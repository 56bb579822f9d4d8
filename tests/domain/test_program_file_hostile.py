"""Any text, however broken or hostile, gives clear findings in bounded time, and never an exception."""

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passaparola.domain.programs import FindingReason
from passaparola.domain.programs.triggers import Earning
from tests.domain.program_files import FULL, SMALL, only, read

R = FindingReason

# What is no program at all


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, R.EMPTY_FILE),
        ("# nothing\n", 1, R.EMPTY_FILE),
        ("---\n---\n", 2, R.SEVERAL_DOCUMENTS),
        (f"{SMALL}---\n{SMALL}", 9, R.SEVERAL_DOCUMENTS),
        ("program: small\n\tname: x\n", 2, R.NOT_YAML),
        ("program: small\nname: a: b\n", 2, R.NOT_YAML),
        ('program: small\nname: "open\n', 3, R.NOT_YAML),
        ("program: small\nname: \x01\n", 2, R.NOT_YAML),
        ('program: small\nname: "\\UFFFFFFFF"\n', 2, R.NOT_YAML),
        ("program: &a small\nname: *a\n", 1, R.ANCHOR),
        ("program: *a\n", 1, R.ANCHOR),
        ("[" * 20 + "]" * 20, 1, R.TOO_DEEP),
        ("a: [" + "1," * 6000 + "]", 1, R.TOO_LARGE),
        ("x" * 300_000, 1, R.TOO_LARGE),
        ("é" * 200_000, 1, R.TOO_LARGE),
        ("- a\n", 1, R.WRONG_SHAPE),
        ("five dollars", 1, R.WRONG_SHAPE),
    ],
)
def test_a_text_that_is_no_program_gives_one_finding(text: str, line: int, reason: FindingReason) -> None:
    finding = only(text)
    assert (finding.line, finding.reason) == (line, reason), finding.sentence()


def test_what_comes_from_the_file_is_shown_on_one_short_line() -> None:
    finding = only(f'{SMALL}"evil\\e[31m\\n{"x" * 500}": 1\n')
    assert finding.sentence().isprintable()
    assert len(finding.sentence()) < 600


HOSTILE = ["[" * 260_000, "{" * 260_000, "- " * 130_000, "? " * 130_000, "a: 1\n" * 50_000, "# c\n" * 60_000]
HOSTILE += ["!" * 260_000, "'" * 259_999, '"\\n' * 80_000, "a: |\n" + " x\n" * 80_000, "k" * 260_000 + ": 1"]
HOSTILE += ["\n".join(f"rewarts{n}: 1" for n in range(2_400)), "rewards:\n" + "  - {sied: 1}\n" * 1_200]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:8]))
def test_hostile_files_end_in_bounded_time(text: str) -> None:
    begin = time.process_time()
    program, findings = read(text)
    assert program is None
    assert findings
    assert time.process_time() - begin < 10


# Whatever is written, there are only findings

WORDS = re.findall(r"[\w./-]+", FULL) + sorted(Earning) + ["\t", "&a", "*a", "!!int", "---", "'", '"']
SCALARS = st.sampled_from([*WORDS, "~", "[]", "{}", "-1", "1e400", "0x1", ".inf", "2026-01-01", "1" * 400, "\\"])


def assert_only_findings(text: str) -> None:
    program, findings = read(text)
    assert (program is None) == any(f.severity == "error" for f in findings)
    for finding in findings:
        assert finding.line >= 1
        assert finding.column >= 1
        assert finding.sentence().isprintable()


@settings(max_examples=150, deadline=5000)
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_gives_only_findings(text: str) -> None:
    assert_only_findings(text)


@settings(max_examples=150, deadline=5000)
@given(st.lists(st.sampled_from([*WORDS, ": ", "\n", "\n  ", "\n  - ", "{", "}", "[", "]", ",", "#"]), max_size=60))
def test_any_mix_of_the_words_gives_only_findings(words: list[str]) -> None:
    assert_only_findings("".join(words))


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_change_of_a_good_file_gives_only_findings(data: st.DataObject) -> None:
    lines = FULL.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        words = re.split(r"(?<=[ {:,])", lines[at])
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(SCALARS) + data.draw(st.sampled_from(["", " "]))
        lines[at] = "".join(words)
    assert_only_findings("\n".join(lines))
