"""Olga begins a program with a file that is there."""

from pathlib import Path

import pytest

from passaparola.inbound.gallery import shipped
from tests.databases import Database
from tests.journeys.caller import Shop
from tests.journeys.command_line import ran, run, said


def test_the_gallery_is_listed_by_vertical_and_a_file_of_it_is_a_program(tmp_path: Path) -> None:
    listed = {row["template"]: row for row in said("program", "templates", "--vertical", "saas")["templates"]}
    assert {"x01-dropbox", "x25-saas-recurring"} <= set(listed)
    assert "x29-small-local" not in listed
    assert listed["x01-dropbox"]["point"] in ran("program", "templates")
    place = tmp_path / "mine.yaml"
    assert "is written" in ran("program", "new", "--from", "x01", "--out", place)
    assert place.read_text(encoding="utf-8") == ran("program", "new", "--from", "x01-dropbox")
    assert said("program", "check", place)["ok"] is True
    again = run("program", "new", "b2b", "--out", place)
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)


@pytest.mark.parametrize(
    ("given", "exit_code", "says"),
    [
        ((), 2, "Give a TYPE, or --from TEMPLATE."),
        (("b2b", "--from", "x01"), 2, "Give a TYPE, or --from TEMPLATE."),
        (("--from", "x99"), 1, "There is no template 'x99'"),
        (("b2b", "--currency", "EURO"), 2, "EURO"),
    ],
)
def test_what_is_no_beginning_is_said(given: tuple[str, ...], exit_code: int, says: str) -> None:
    said_no = run("program", "new", *given)
    assert (said_no.exit_code, said_no.stdout) == (exit_code, "")
    assert says in said_no.stderr


def test_a_file_by_type_is_applied_as_it_is(database: Database, tmp_path: Path) -> None:
    place = tmp_path / "partners.yaml"
    ran("program", "new", "affiliate", "--currency", "USD", "--out", place)
    ran("program", "apply", place)
    assert said("program", "list")["programs"][0]["program"] == "my-affiliate"


def test_the_api_gives_the_same(shop: Shop) -> None:
    told = shop.get("/api/v1/templates").json
    assert [t["template"] for t in told["templates"]] == [s.template.name for s in shipped()]
    some = shop.get("/api/v1/templates?vertical=b2b").json["templates"]
    assert 0 < len(some) < len(told["templates"])
    assert (
        shop.post("/api/v1/programs/check", some[0]["document"].encode(), content_type="application/yaml").json["valid"]
        is True
    )
