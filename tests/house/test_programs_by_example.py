"""The page of the program file by example is as the schema and the shipped files are, and names every key."""

from docs.by_example import PAGE, page
from passaparola.domain.programs.document import GROUPS
from passaparola.domain.programs.vocabulary import NOTED_KEYS
from tests.domain.program_files import EXAMPLES


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_key_has_its_row() -> None:
    parts = dict(part.split("\n", 1) for part in page().split("\n### ")[1:])
    for level, group in GROUPS.items():
        rows = parts[level or "Top"]
        assert [key for key in group.model_fields if f"\n| `{key}` | " not in rows] == []


def test_what_is_not_acted_on_yet_is_listed() -> None:
    part = page().partition("## Known, and not acted on yet\n")[2].partition("\n## ")[0]
    noted = {f"{level}.{key}".lstrip(".") for level, keys in NOTED_KEYS.items() for key in keys}
    assert sorted(word for word in noted if f"`{word}`" not in part) == []


def test_every_shipped_file_is_on_the_page() -> None:
    text = page()
    assert [path.stem for path in EXAMPLES if path.read_text(encoding="utf-8").strip() not in text] == []
