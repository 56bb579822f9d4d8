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


def test_set_13_each_question_of_the_self_check_is_answered_by_a_test() -> None:
    proofs = PROOF.findall((ROOT / "docs" / "what-it-is.md").read_text("utf-8"))
    assert len(proofs) >= 4
    for path, name in proofs:
        assert f"def {name or 'test_'}" in (ROOT / path).read_text("utf-8"), path
