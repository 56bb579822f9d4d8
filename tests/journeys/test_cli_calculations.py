"""Olga plans: `passaparola calc` needs no database, says what it understood, and names everything that is wrong."""

import re
import shlex
from pathlib import Path

import pytest

from passaparola.domain.calculations.catalogue import CATALOGUE
from tests.journeys.command_line import ROOT, ran, run, said

PAGE = (ROOT / "docs" / "calculations.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^passaparola (calc .*)$", PAGE, re.MULTILINE)
TARP = ("calc", "buzz", "--customers", "10000", "--satisfied-share", "65 %")


def test_without_a_name_all_are_listed_with_a_sentence() -> None:
    assert ran("calc") == ran("calc", "list")
    for found in CATALOGUE.values():
        assert re.search(rf"^{found.name} +{re.escape(found.sentence)}$", ran("calc"), re.MULTILINE)
    listed = said("calc", "list")["calculations"]
    assert [entry["name"] for entry in listed] == list(CATALOGUE)
    assert all(entry["formula"] and entry["source"] and entry["caveat"] and entry["parameters"] for entry in listed)


def test_a_calculation_is_a_table_for_people_and_json_for_programs() -> None:
    page = ran(*TARP)
    for line in (
        "--customers +10,000",
        r"--satisfied-share +65 %",
        "negative_share +51.85 %",
        "net_stories +-2,500 stories",
    ):
        assert re.search(rf"^{line}", page, re.MULTILINE), page
    told = said(*TARP)
    assert (told["calculation"], told["given"]["case"]) == ("buzz", "low")
    assert told["result"]["negative_share"] == {"text": "51.85 %", "exact": "14/27", "value": "0.5185", "unit": "share"}
    money = said("calc", "cac", "--cost", "1250", "--customers", "25", "--currency", "EUR")
    assert money["result"]["cac"] == {"text": "50.00 EUR", "exact": "5000", "minor": 5000, "currency": "EUR"}
    flat = said("calc", "growth", "--before", "2", "--after", "2", "--months", "3")["result"]
    assert (flat["doubling_time"], flat["change"]["text"]) == (None, "0 %")
    sizes = said("calc", "viral-growth", "--customers", 1000, "--referrals-each", 3, "--conversion", "10 %")["result"][
        "sizes"
    ]
    assert [size["value"] for size in sizes] == ["1000", "300", "90", "27"]


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_in_the_documentation_gives_what_stands_below_it(line: str) -> None:
    told = said(*shlex.split(line))["result"]
    below = PAGE.split(f"passaparola {line}\n```\n\n", 1)[1].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", below, re.MULTILINE)
    assert rows
    for name, text in rows:
        figure = told[name]
        shown = (
            ", ".join(f["text"] for f in figure) if isinstance(figure, list) else figure["text"] if figure else "none"
        )
        assert shown == text


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (("roi",), ["calc roi: --gain: found nothing", "calc roi: --cost: found nothing", "calc roi: --currency: found nothing"]),
        (("buzz", "--customers", "10", "--satisfied-share", "65"), ['write a percentage with its sign, such as "65 %"']),
        (("roi", "--gain", "1.005", "--cost", "0", "--currency", "EUR"), ["--gain: found", "expected more than 0.00 EUR"]),
        (("rio",), ["use roi"]),
        (("roi", "--gian", "1"), ["No such option"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_named_with_how_to_mend_it(arguments: tuple[str, ...], lines: list[str]) -> None:
    result = run("calc", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    for line in lines:
        assert line in result.stderr


def test_help_says_formula_options_and_defaults() -> None:
    told = " ".join(ran("calc", "rate-uplift", "--help").split())
    assert "new rate = rate × (1 + uplift)" in told
    assert "[default: +60 %]" in told
    assert "[required]" in told


def test_it_needs_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSAPAROLA_DATA", str(tmp_path / "none"))
    assert "2.82 months" in ran("calc", "growth", "--before", 100_000, "--after", 4_000_000, "--months", 15)
    assert not (tmp_path / "none").exists()
