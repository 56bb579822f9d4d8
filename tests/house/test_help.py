"""Help can be followed: every link between pages leads somewhere, and what a page names as its proof is a test of ours."""

import re
from pathlib import Path

from tests.house.source import ROOT, none_of

PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CRITERIA = 4  # by which we judge software for recommendations, ours included
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def anchors(text: str) -> set[str]:
    """The anchors of a page, as GitHub makes them of its headings."""
    plain = (re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading) for heading in HEADING.findall(text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


def dead_links(page: Path, text: str) -> list[str]:
    """The links of a page to others of ours that lead nowhere."""
    found = []
    for link in LINK.findall(text):
        place, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:|/", link):
            continue
        to = (page.parent / place).resolve() if place else page
        if not to.exists():
            found.append(f"{page.name}: {link} is not there")
        elif anchor and to.suffix == ".md" and anchor not in anchors(text if to == page else to.read_text("utf-8")):
            found.append(f"{page.name}: {link} has no such heading")
    return found


def test_every_link_between_our_pages_leads_somewhere() -> None:
    none_of([dead for page in PAGES for dead in dead_links(page, page.read_text("utf-8"))])


def test_a_planted_dead_link_is_caught() -> None:
    text = "# Here\n[a](nothing.md) [b](#there) [c](#here) [d](https://example.com/nothing.md)"
    assert dead_links(ROOT / "README.md", text) == [
        "README.md: nothing.md is not there",
        "README.md: #there has no such heading",
    ]


def unproved(page: str) -> list[str]:
    """The questions of the self-check that name no test, or one that does not run."""
    found = []
    rows = [line for line in page.partition("| question | what answers it |")[2].splitlines() if line.startswith("| ")]
    for row in rows:
        proofs = PROOF.findall(row)
        found += [] if proofs else [f"no test answers: {row}"]
        for path, name in proofs:
            file = ROOT / path
            tests = re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.MULTILINE) if file.exists() else []
            found += [] if tests and (not name or name in tests) else [f"{path} has no test {name}"]
    return found if len(rows) == CRITERIA else [*found, f"{len(rows)} questions"]


def test_set_13_each_of_the_four_questions_of_the_self_check_is_answered_by_a_test() -> None:
    assert unproved((ROOT / "docs" / "what-it-is.md").read_text("utf-8")) == []


def test_a_planted_question_without_a_test_is_caught() -> None:
    table = (
        "| question | what answers it |\n|---|---|\n| a? | surely |\n| b? | `tests/house/test_help.py::test_set_13` |\n"
    )
    assert [line.partition(":")[0] for line in unproved(table)] == [
        "no test answers",
        "tests/house/test_help.py has no test test_set_13",
        "2 questions",
    ]
