"""Every shipped file is in the gallery with its point; every type of program has a file to begin with."""

from pathlib import Path

import pytest

from passaparola.domain.programs.compiled import Side
from passaparola.domain.programs.gallery import GALLERY, Vertical, starting_file
from passaparola.domain.programs.headline import seen_length
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.programs.recommend import RECOMMENDATIONS
from passaparola.domain.programs.vocabulary import ProgramType
from passaparola.domain.tongue import PLAIN
from tests.domain.program_files import EXAMPLES, read


def test_every_shipped_file_is_in_the_gallery_with_a_point_of_its_own() -> None:
    names = [template.name for template in GALLERY]
    assert {path.stem for path in EXAMPLES} <= set(names)
    assert len(set(names)) == len(names) == len({template.point for template in GALLERY})
    assert {r.template for r in RECOMMENDATIONS} <= set(names)
    assert {vertical for template in GALLERY for vertical in template.verticals} == set(Vertical)
    assert all(template.verticals for template in GALLERY)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_pag_06_every_headline_can_be_read_at_a_glance_and_names_both_benefits(path: Path) -> None:
    program, _ = read(path.read_text(encoding="utf-8"))
    assert program is not None
    sides = [bool(program.promised(side)) for side in (Side.FRIEND, Side.ADVOCATE)]
    for name in ("Ada", "Wolfeschlegelsteinhausenbergerdorffnamen", None):
        headline = offer_of(program, name=name, firm="Brot & Söhne Backwaren", tongue=PLAIN).headline
        assert seen_length(headline) <= 80, headline
        assert "something" not in headline, headline
        assert "gets \u2069" not in headline, headline
        named = any(words in headline for words in (" gets ", " so does ", "our friend"))
        assert named or not sides[1], headline


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("kind", ProgramType)
def test_every_type_has_a_file_that_is_a_program_of_that_type(kind: ProgramType, currency: str) -> None:
    text = starting_file(kind, currency)
    program, findings = read(text)
    assert program is not None, [f.sentence() for f in findings]
    assert f"\ntype: {kind}\n" in text
    assert [f.sentence() for f in findings if f.severity == "error"] == []
