"""Olga checks, applies and looks at program files."""

import json
import subprocess
from pathlib import Path

import pytest

from passaparola import __version__
from passaparola.domain.programs import read_program, schema_text
from passaparola.domain.programs.compiled import DEFAULT_PRECEDENCE
from passaparola.inbound.demo import COFFEE_FIVE, REGULARS
from tests.databases import Database, environment_without_our_variables, only_sqlite
from tests.journeys.caller import request
from tests.journeys.command_line import GIVE_5, TEN_PERCENT, command, ran, run, said

BROKEN = """\
program: Give 5
name: Give 5, get 5
currency: DOLLARS
trigger: first_purchase
rewards:
  - side: advocate
    kind: store_credit
    amount: five
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return path


def test_a_right_file_is_described_and_a_wrong_one_is_told_all_its_errors_at_once(broken: Path) -> None:
    assert "The friend gets 5.00 USD in store credit." in ran("program", "check", GIVE_5)
    result = run("program", "check", broken)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert {line.split(":")[1] for line in lines} >= {"1", "3", "8"}
    assert all(line.startswith(str(broken)) and "mend:" in line for line in lines)


def test_the_findings_are_given_to_programs_as_well(broken: Path) -> None:
    result = run("program", "check", broken, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["program"]) == (1, False, None)
    assert {"line", "path", "found", "expected", "remedy", "reason"} <= set(found["findings"][0])
    assert said("program", "check", GIVE_5)["ok"] is True


def test_an_applied_file_is_live_and_applying_it_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    first = said("program", "apply", GIVE_5)
    assert (first["program"], first["version"], first["live"], first["changed"]) == ("give-5-get-5", 1, True, True)
    assert said("program", "apply", GIVE_5) == {**first, "changed": False}
    changed = tmp_path / "more.yaml"
    changed.write_text(GIVE_5.read_text().replace("5.00", "6.00"))
    assert said("program", "apply", changed)["version"] == 2
    shown = said("program", "show", "give-5-get-5")
    assert (shown["live_version"], [v["version"] for v in shown["versions"]]) == (2, [1, 2])
    assert "6.00 USD" in shown["description"]
    assert ran("program", "show", first["id"], "--version", 1, "--document") == GIVE_5.read_text()


def test_a_draft_is_kept_and_not_live(database: Database, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(GIVE_5.read_text() + "\nstatus: draft\n")
    assert said("program", "apply", draft)["live"] is False
    assert said("program", "list")["programs"][0]["live_version"] is None


def test_a_wrong_file_is_not_applied(database: Database, broken: Path) -> None:
    ran("program", "apply", TEN_PERCENT)
    result = run("program", "apply", broken)
    assert result.exit_code == 1
    assert "mend:" in result.stderr
    assert [p["program"] for p in said("program", "list")["programs"]] == ["ten-percent"]
    result = run("program", "apply", broken, "--json")
    assert (result.exit_code, json.loads(result.stdout)["changed"]) == (1, False)


def test_a_program_of_ones_own_comes_before_those_of_the_demo() -> None:
    read = [read_program(text, key="0" * 32, version=1, effective_from=0)[0] for text in (COFFEE_FIVE, REGULARS)]
    assert [program.precedence < DEFAULT_PRECEDENCE for program in read if program] == [True, True]


def test_an_unknown_program_is_answered_with_those_there_are(database: Database) -> None:
    ran("program", "apply", GIVE_5)
    result = run("program", "show", "nothing")
    assert result.exit_code == 1
    assert result.stderr == "passaparola: There is no program 'nothing'. There is: give-5-get-5\n"
    assert run("program", "show", "give-5-get-5", "--version", 7).exit_code == 1


def test_a_file_that_is_no_text_or_is_not_there_is_said_politely(tmp_path: Path) -> None:
    picture = tmp_path / "picture.yaml"
    picture.write_bytes(b"\x89PNG\xff")
    assert run("program", "check", picture).stderr.startswith(f"passaparola: {picture} is not UTF-8 text")
    assert run("program", "check", tmp_path / "missing.yaml").exit_code == 2


def test_help_is_quick_and_makes_nothing(tmp_path: Path) -> None:
    environment = {**environment_without_our_variables(), "PASSAPAROLA_DATA": str(tmp_path / "data")}
    for arguments in ([], ["--help"], ["events", "import", "--help"], ["version"], ["program", "check", str(GIVE_5)]):
        done = subprocess.run(
            command(*arguments), env=environment, capture_output=True, text=True, check=False, timeout=20
        )
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()
    loaded = subprocess.run(
        [*command()[:2], "import sys; from passaparola.inbound.cli.commands import passaparola; print('django' in sys.modules)"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert loaded.stdout == "False\n"


def test_the_version_is_told() -> None:
    assert ran("version") == f"{__version__}\n"
    assert said("version") == {"version": __version__}


@only_sqlite
def test_where_there_is_no_data_yet_reading_says_how_to_begin_and_writing_begins(
    tmp_path: Path, database: Database
) -> None:
    folder = tmp_path / "fresh"
    environment = {**database.env, "PASSAPAROLA_DATA": str(folder)}
    asked = subprocess.run(
        command("report", "--program", "x"), env=environment, capture_output=True, text=True, check=False
    )
    assert (asked.returncode, asked.stdout) == (1, "")
    assert (
        asked.stderr
        == f"passaparola: There is no data in {folder} yet. `passaparola program apply FILE` or `passaparola up` begins\n"
    )
    subprocess.run(command("program", "apply", GIVE_5), env=environment, capture_output=True, check=True)
    assert (folder / "passaparola.sqlite3").exists()


def test_wrong_settings_end_with_2_and_the_remedy(tmp_path: Path) -> None:
    environment = {
        **environment_without_our_variables(),
        "PASSAPAROLA_DATA": str(tmp_path),
        "DATABASE_URL": "mysql://x",
    }
    done = subprocess.run(command("program", "list"), env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("passaparola: DATABASE_URL does not begin with postgresql://")
    assert len(done.stderr.splitlines()) == 1


def test_the_schema_is_printed_and_served_without_a_key() -> None:
    assert run("program", "schema").stdout == schema_text()
    served = request("GET", "/api/v1/programs/schema", b"", "", {})
    assert (served.status, served.body.decode()) == (200, schema_text())
