"""Every figure that is measured has its part in the notes, which outlive the figures, and no part is about none."""

import ast
import re

from tests.house.source import ROOT

NOTES = ROOT / "bench" / "notes.md"
HEADING = re.compile(r"^### \((\w+)\) \S", re.MULTILINE)


def figures(source: str) -> set[str]:
    """The names that `python -m bench` measures unless others are chosen."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "FIGURES":
            return set(ast.literal_eval(ast.Set([key for key in node.value.keys if key])))  # type: ignore[union-attr]
    return set()


def without_words(notes: str) -> set[str]:
    """Headings with nothing below."""
    parts = HEADING.split(notes)[1:]
    return {name for name, text in zip(parts[::2], parts[1::2], strict=True) if len(text.split()) < 10}


def test_every_figure_has_its_part_in_the_notes() -> None:
    notes = NOTES.read_text(encoding="utf-8")
    measured = figures((ROOT / "bench" / "__main__.py").read_text(encoding="utf-8"))
    assert len(measured) > 5
    assert HEADING.findall(notes) == sorted(measured)
    assert without_words(notes) == set()


def test_a_planted_figure_without_a_note_is_caught() -> None:
    assert figures('FIGURES: dict[str, int] = {"a": 1, "z": 2}') == {"a", "z"}
    assert HEADING.findall("### (a) Conversions\n\n### (b)\n") == ["a"]
    assert without_words("### (a) Conversions\n\n### (b) Import\n" + "word " * 10) == {"a"}
