"""Olga brings in the history of her shop from files."""

import json
import signal
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from passaparola.actions.ledger.verify import CHECKS
from passaparola.domain.events.read import FIELDS, NAMES
from passaparola.inbound.cli.files import RecordFile
from tests.databases import Database, on_both, only_sqlite
from tests.journeys.command_line import GIVE_5, TEN_PERCENT, command, lines, ran, run, said, watched
from tests.ledger_clean import assert_books_balance

pytestmark = on_both

SIGNUP_ADA = {"id": "s-ada", "type": "signup", "at": "2026-01-01T10:00:00Z", "person": "ada"}
BEN = {"customer_id": "ben", "email": "ben@example.com"}
SIGNUP_BEN = {"id": "s-ben", "type": "signup", "at": "2026-01-02T10:00:00Z", "person": BEN, "referred_by": "ada"}
PAID = {"amount": "41.44", "currency": "USD"}
BEN_BUYS = {"id": "o-ben", "type": "purchase", "at": "2026-01-03T10:00:00Z", "person": "ben", **PAID}
HISTORY = (SIGNUP_ADA, SIGNUP_BEN, BEN_BUYS)
CSV = """\
id,type,at,person,person.email,referred_by,amount,currency
s-ada,signup,2026-01-01T10:00:00Z,ada,,,,
s-ben,signup,2026-01-02T10:00:00Z,ben,ben@example.com,ada,,
o-ben,purchase,2026-01-03T10:00:00Z,ben,,,41.44,USD
"""


@pytest.fixture
def shop(database: Database) -> Database:
    ran("program", "apply", GIVE_5)
    return database


def bring(file: Path, program: str = "give-5-get-5", *more: object) -> dict[str, Any]:
    result: dict[str, Any] = said("events", "import", file, "--program", program, *more)
    return result


def report() -> dict[str, Any]:
    found: dict[str, Any] = said("report", "--program", "give-5-get-5")
    return found


def workspace() -> str:
    from passaparola.inbound.commands import workspace_id

    return workspace_id()


def test_a_history_is_decided_and_a_second_run_changes_nothing_and_says_so(shop: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "history.jsonl", *HISTORY)
    first = bring(file)
    assert (first["recorded"], first["duplicates"], first["changed"]) == (3, 0, True)
    told = report()
    assert (told["converted_friends"], told["revenue_minor"]) == (1, {"USD": 4144})
    again = run("events", "import", file, "--program", "give-5-get-5")
    assert again.exit_code == 0
    assert again.stdout.startswith("0 recorded, 3 known before")
    assert "Nothing was changed." in again.stderr
    assert report() == told
    assert_books_balance(workspace())


def test_csv_and_json_lines_say_the_same(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_bytes(b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode())
    assert bring(file)["recorded"] == 3
    assert bring(lines(tmp_path / "history.jsonl", *HISTORY))["duplicates"] == 3


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_found_by_the_header(shop: Database, tmp_path: Path, separator: str) -> None:
    file = tmp_path / "history.csv"
    file.write_text(CSV.replace(",", separator))
    assert bring(file)["recorded"] == 3


def test_the_kind_of_file_is_found_by_its_content(shop: Database, tmp_path: Path) -> None:
    assert bring(lines(tmp_path / "history.txt", *HISTORY))["recorded"] == 3
    (tmp_path / "export").write_text(CSV)
    assert bring(tmp_path / "export")["duplicates"] == 3


def test_a_bad_line_is_said_kept_mended_and_imported(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "history.jsonl"
    bad = json.dumps({**SIGNUP_BEN, "type": "sign-up", "at": "yesterday"})
    file.write_text("\n".join([json.dumps(SIGNUP_ADA), bad, "", "{not json", json.dumps(BEN_BUYS)]) + "\n")
    result = run("events", "import", file, "--program", "give-5-get-5")
    assert result.exit_code == 1
    assert "line 2: type: must be one of" in result.stderr
    assert "at: 'yesterday' is not a date" in result.stderr
    assert "line 4: is no JSON object" in result.stderr
    assert result.stdout.startswith("2 recorded, 0 known before, 0 in conflict, 2 rejected")
    rejects = tmp_path / "history.jsonl.rejects.jsonl"
    assert rejects.read_text() == f"{bad}\n{{not json\n"
    assert report()["converted_friends"] == 0
    rejects.write_text(json.dumps(SIGNUP_BEN) + "\n")
    assert bring(rejects)["recorded"] == 1
    assert report()["converted_friends"] == 1, "a late sign-up that was mended leads to the same end"


def test_rejects_of_a_csv_are_a_csv(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(CSV.replace("41.44", "41.4444").replace("s-ada,signup", "s-ada,signup,too,many"))
    result = json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)
    assert [p["line"] for p in result["problems"]] == [2, 4]
    assert "has 10 cells where the header has 8" in result["problems"][0]["problem"]
    rejects = Path(result["rejects_file"])
    assert rejects == tmp_path / "history.csv.rejects.csv"
    mended = rejects.read_text().replace("41.4444", "41.44").replace(",too,many", "")
    rejects.write_text(mended)
    assert bring(rejects)["recorded"] == 2


def test_rejects_never_replace_a_file(shop: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.jsonl", {**SIGNUP_ADA, "type": "x"})
    first = tmp_path / "a.jsonl.rejects.jsonl"
    for _ in range(2):  # the same rejects again are the same file
        assert json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)[
            "rejects_file"
        ] == str(first)
    first.write_text("half mended\n")
    result = json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)
    assert result["rejects_file"] == str(tmp_path / "a.jsonl.rejects.2.jsonl")
    assert first.read_text() == "half mended\n"
    named = run("events", "import", file, "--program", "give-5-get-5", "--rejects", first)
    assert named.exit_code == 2
    assert "exists already" in named.stderr


def test_bytes_that_are_no_text_are_said_with_their_line(shop: Database, tmp_path: Path) -> None:
    good = [json.dumps(e).encode() for e in HISTORY]
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"\n".join([good[0], b'{"id":"\xff"}', *good[1:]]) + b"\n")
    result = json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)
    assert (result["recorded"], result["rejected"]) == (3, 1)
    assert result["problems"] == [{"line": 2, "problem": "is not UTF-8: byte 8 is 0xff. Save the file as UTF-8"}]
    assert Path(result["rejects_file"]).read_bytes() == b'{"id":"\xff"}\n'
    table = tmp_path / "history.csv"
    table.write_bytes(CSV.encode().replace(b"ben@", b"b\xe9n@"))
    assert (
        json.loads(run("events", "import", table, "--program", "give-5-get-5", "--json").stdout)["problems"][0]["line"]
        == 3
    )
    wide = tmp_path / "wide.csv"
    wide.write_text(CSV, encoding="utf-16")
    assert "is not UTF-8 text" in run("events", "import", wide, "--program", "give-5-get-5").stderr


def test_an_open_quote_costs_one_line(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    head, ada, rest = CSV.partition("s-ada,signup,2026-01-01T10:00:00Z,ada,,,,\n")
    file.write_text(f'{head}"open,signup,2026-01-01T10:00:00Z,x,,,,\n{ada}{rest}')
    result = json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)
    assert (result["recorded"], [p["line"] for p in result["problems"]]) == (3, [2])


def test_a_key_written_twice_is_rejected(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id":"1","type":"signup","at":"2026-01-01T10:00:00Z","person":"ada","person":"ben"}\n')
    result = run("events", "import", file, "--program", "give-5-get-5")
    assert (result.exit_code, "a key is written twice" in result.stderr) == (1, True)
    deep = '{"id":"1","type":"signup","at":' + "[" * 300 + "]" * 300 + "}\n"
    file.write_text(deep + json.dumps(SIGNUP_ADA) + "\n")
    result = run("events", "import", file, "--program", "give-5-get-5")
    assert "line 1: is no JSON object" in result.stderr
    assert result.stdout.startswith("1 recorded")


def test_a_wrong_header_is_one_error_and_not_one_a_line(shop: Database, tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    file.write_text(CSV.replace("currency", "curency"))
    result = run("events", "import", file, "--program", "give-5-get-5")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "'curency', which is no field" in result.stderr
    file.write_text("x" * (1 << 20))
    assert "the header is no CSV" in run("events", "import", file, "--program", "give-5-get-5").stderr
    file.write_text('[{"id": 1}]')
    assert "one object a line" in run("events", "import", file, "--program", "give-5-get-5").stderr


def test_what_lies_in_the_future_or_has_no_time_is_rejected(shop: Database, tmp_path: Path) -> None:
    timeless = {k: v for k, v in SIGNUP_BEN.items() if k != "at"}
    file = lines(tmp_path / "a.jsonl", {**SIGNUP_ADA, "at": "2150-01-01T00:00:00Z"}, timeless)
    result = json.loads(run("events", "import", file, "--program", "give-5-get-5", "--json").stdout)
    assert ["future" in p["problem"] or "missing" in p["problem"] for p in result["problems"]] == [True, True]


def test_another_content_under_a_known_id_is_a_conflict_and_changes_nothing(shop: Database, tmp_path: Path) -> None:
    bring(lines(tmp_path / "a.jsonl", *HISTORY))
    before = report()
    result = run(
        "events", "import", lines(tmp_path / "b.jsonl", {**BEN_BUYS, "amount": "99.00"}), "--program", "give-5-get-5"
    )
    assert result.exit_code == 1
    assert result.stdout.startswith("0 recorded, 0 known before, 1 in conflict, 0 rejected")
    assert {**report(), "as_of": before["as_of"]} == before


def test_the_program_must_exist_and_be_live(shop: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.jsonl", *HISTORY)
    unknown = run("events", "import", file, "--program", "give-6")
    assert unknown.exit_code == 1
    assert unknown.stderr == "passaparola: There is no program 'give-6'. There is: give-5-get-5\n"
    draft = tmp_path / "draft.yaml"
    draft.write_text(TEN_PERCENT.read_text() + "\nstatus: draft\n")
    ran("program", "apply", draft)
    result = run("events", "import", file, "--program", "ten-percent")
    assert result.exit_code == 1
    assert "is draft, so it decides nothing. Live are: give-5-get-5" in result.stderr
    assert run("events", "import", file).exit_code == 2
    for source in ("staff", "x" * 65):
        ours = run("events", "import", file, "--program", "give-5-get-5", "--source", source)
        assert (ours.exit_code, f"The source '{source}' cannot be" in ours.stderr) == (1, True)


def test_under_another_program_nothing_changes_and_it_is_said_who_decided(shop: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "a.jsonl", *HISTORY)
    bring(file)
    before = report()
    ran("program", "apply", TEN_PERCENT)
    result = bring(file, "ten-percent")
    assert (result["changed"], result["recorded"], result["known_decided_by"]) == (False, 0, {"give-5-get-5": 3})
    assert any("decided by give-5-get-5; ten-percent did not decide them" in note for note in result["notes"])
    assert {**report(), "as_of": before["as_of"]} == before
    assert said("report", "--program", "ten-percent")["referred_signups"] == 0


def test_every_live_program_decides(database: Database, tmp_path: Path) -> None:
    for file in (GIVE_5, TEN_PERCENT):
        beside = tmp_path / file.name
        beside.write_text(f"{file.read_text()}\ncombine: true\n")
        ran("program", "apply", beside)
    result = bring(lines(tmp_path / "a.jsonl", *HISTORY))
    assert result["decided_by"] == ["give-5-get-5", "ten-percent"]
    assert said("report", "--program", "ten-percent")["rewards"][0]["value_minor"] == 414


def test_a_second_route_that_brings_the_code_changes_something_and_says_so(shop: Database, tmp_path: Path) -> None:
    nameless = {k: v for k, v in SIGNUP_BEN.items() if k != "referred_by"}
    bring(lines(tmp_path / "till.jsonl", SIGNUP_ADA, nameless, BEN_BUYS))
    assert report()["converted_friends"] == 0
    again = {**BEN_BUYS, "id": "web-1", "order": "o-ben", "referred_by": "ada"}
    file = lines(tmp_path / "web.jsonl", again)
    first = run("events", "import", file, "--program", "give-5-get-5")
    assert first.stdout.startswith("0 recorded, 0 known before, 1 of orders told before, 0 in conflict, 0 rejected")
    assert (first.exit_code, first.stderr) == (0, "")
    assert (report()["converted_friends"], report()["revenue_minor"]) == (1, {"USD": 4144})
    second = bring(file)
    assert (second["changed"], second["duplicates"], second["duplicate_orders"]) == (False, 1, 0)
    other = lines(tmp_path / "till-2.jsonl", {**again, "id": "till-2", "amount": "1.00"})
    result = run("events", "import", other, "--program", "give-5-get-5", "--json")
    stored = json.loads(result.stdout)
    assert (result.exit_code, stored["conflicts"], stored["changed"], stored["rejects_file"]) == (1, 1, True, None)
    assert_books_balance(workspace())


def test_what_fell_due_before_the_last_event_was_let_fall_due(database: Database, tmp_path: Path) -> None:
    held = tmp_path / "held.yaml"
    held.write_text(GIVE_5.read_text().replace("amount: 5.00", "amount: 5.00\n    hold_days: 3", 1))
    ran("program", "apply", held)
    bring(lines(tmp_path / "a.jsonl", *HISTORY))
    assert {(w["side"], w["state"]) for w in report()["rewards"]} == {("advocate", "pending"), ("friend", "issued")}
    bring(lines(tmp_path / "b.jsonl", {**SIGNUP_ADA, "id": "s-carla", "person": "carla", "at": "2026-01-20T00:00:00Z"}))
    assert {(w["side"], w["state"]) for w in report()["rewards"]} == {("advocate", "issued"), ("friend", "issued")}
    steps = said("explain", "o-ben")["rewards"][0]["transitions"]
    assert [(step["step"], step["actor"]) for step in steps] == [("pending", "event"), ("issued", "clock")]


@only_sqlite
def test_long_work_shows_on_a_terminal_how_far_it_is(shop: Database, tmp_path: Path) -> None:
    file = lines(tmp_path / "history.jsonl", *HISTORY)
    arguments = ("events", "import", file, "--program", "give-5-get-5", "--batch", 1)
    shown = watched(*arguments)
    assert "history.jsonl" in shown
    assert "100%" in shown
    assert run(*arguments).stderr == "Nothing was changed.\n"
    checks = watched("ledger", "verify").splitlines()
    most = len(CHECKS) + 1  # and L10
    assert [line.split("]")[0] for line in checks] == [f"[{n}/{most}" for n in range(1, most + 1)]
    assert checks[2] == f"[3/{most}] L1: whether debits and credits differ"
    assert run("ledger", "verify").stderr == ""


def history(friends: int) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    for n in range(friends):
        day = f"2026-01-{n % 28 + 1:02d}T10:00:00Z"
        events.append({"id": f"s{n}", "type": "signup", "at": day, "person": f"p{n}", "referred_by": f"a{n % 7}"})
        events.append(
            {
                "id": f"o{n}",
                "type": "purchase",
                "at": day,
                "person": f"p{n}",
                "amount_minor": 1000 + n,
                "currency": "USD",
            }
        )
    return sorted(events, key=lambda e: (e["at"], e["id"]))


# An import that dies in the batch after so many, when all of it is written and nothing committed.
DIES = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "passaparola.config.settings"
import django
django.setup()
from passaparola.actions.events import record
from passaparola.inbound.cli import main

written, left = record.write, iter(range({batches}))

def write(*given):
    written(*given)
    if next(left, None) is None:
        os.kill(os.getpid(), 9)

record.write = write
main()
"""


def test_an_import_killed_in_the_middle_is_run_again_and_ends_the_same(
    shop: Database, second_database: Database, tmp_path: Path
) -> None:
    file = lines(tmp_path / "history.jsonl", *history(400))
    arguments = ("events", "import", file, "--program", "give-5-get-5", "--batch", 20)
    for batches, there in ((2, 40), (15, 340)):
        program = [*command()[:2], DIES.format(batches=batches), *map(str, arguments)]
        assert subprocess.run(program, env=shop.env, capture_output=True, check=False).returncode == -signal.SIGKILL
        assert stored() == there
    left = bring(file)
    assert (left["recorded"], left["duplicates"]) == (460, 340)
    killed = report()
    assert_books_balance(workspace())
    with second_database.use():
        ran("program", "apply", GIVE_5)
        bring(file)
        straight = report()
    assert {**killed, "as_of": 0} == {**straight, "as_of": 0}


def stored() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM store_event")
        count: int = cursor.fetchone()[0]
    return count


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_a_long_file_is_read_in_little_memory(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"long.{ending}"
    with file.open("w") as out:
        out.write("id,type,at,person\n" if ending == "csv" else "")
        for n in range(60_000):
            row = {"id": f"s{n}", "type": "signup", "at": "2026-01-01T10:00:00Z", "person": f"p{n}"}
            out.write((",".join(row.values()) if ending == "csv" else json.dumps(row)) + "\n")
    with RecordFile(file, FIELDS | frozenset(NAMES)) as records:
        tracemalloc.start()
        count = sum(1 for record in records if record.problem is None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count == 60_000
    assert peak < 4_000_000
