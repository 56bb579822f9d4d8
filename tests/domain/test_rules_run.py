"""The worked tables of docs/rules/ say what happens: each row is told to a town, and what comes of it is compared."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from passaparola.domain.instant import end_of_day, instant
from passaparola.domain.reasons import Reason
from tests.domain.phrases import Story, reasons, said
from tests.domain.street import Street, StreetStory
from tests.domain.town import versions
from tests.tables import RULES, Row, rows_of

PAGES = ("attribution.md", "rewards.md", "late-events.md", "limits.md")
ROWS = [row for page in PAGES for row in rows_of(page)]
STORIES = [row for row in ROWS if "What happens" in row.cells]
HOLDS = [row for row in ROWS if "Waits until" in row.cells]
FINDINGS = {"late_event_after_redemption", "earlier_order_after_redemption", "not_recovered"}
FINDINGS |= {"refund_in_another_currency", "late_event_raises_reward"}


def files_of(row: Row) -> list[str]:
    """The programs of a row; `---` parts several."""
    return [program for written in row.programs for program in written.split("\n---\n")]


def story_of(row: Row) -> Story:
    """A town for the row's program, or a street for several."""
    several = files_of(row)
    return Story(versions(*several)) if len(several) == 1 else StreetStory(several)


def told(row: Row) -> dict[str, str]:
    """The row's results as the domain gives them."""
    story = story_of(row)
    town = story.tell(row.cells["What happens"])
    found = {"What happens": row.cells["What happens"]}
    for column, expected in row.cells.items():
        if match := re.fullmatch(r"(\w+) is bound to", column):
            conclusion = town.last[match[1].lower()].conclusion
            found[column] = conclusion.advocate if conclusion else "nobody"
        elif match := re.fullmatch(r"(\w+) has", column):
            found[column] = said(town, match[1].lower())
        elif column == "First order":
            conclusion = town.last["ben"].conclusion
            found[column] = (conclusion.first_order or "") if conclusion else ""
        elif column == "Reason":
            why = town.reasons("ben") if isinstance(town, Street) else reasons(town, "ben")
            found[column] = expected if not expected or expected in why else str(why)
    return found


@pytest.mark.parametrize("row", STORIES, ids=lambda row: row.name)
def test_a_worked_row_comes_out_as_written(row: Row) -> None:
    assert told(row) == row.cells


@pytest.mark.parametrize("row", HOLDS, ids=lambda row: row.name)
def test_a_hold_ends_at_the_local_midnight_that_the_table_says(row: Row) -> None:
    zone = row.cells["Time zone"]
    order = instant(datetime.fromisoformat(row.cells["Order"]).replace(tzinfo=ZoneInfo(zone)))
    expected = instant(datetime.fromisoformat(row.cells["Waits until"]))
    assert end_of_day(order, int(row.cells["Hold days"]), zone) == expected


def test_the_pages_are_read_as_a_whole() -> None:
    """No table is passed by: what is no story and no hold explains terms."""
    others = [row for row in ROWS if row not in STORIES and row not in HOLDS]
    assert {row.heading for row in others} == {"Terms"}
    assert len(STORIES) > 120
    assert {row.page for row in STORIES} == set(PAGES)


def test_every_reason_in_the_tables_has_its_name_in_the_code() -> None:
    named = {row.cells["Reason"] for row in STORIES if row.cells.get("Reason")}
    assert named <= {str(reason) for reason in Reason} | FINDINGS


def test_every_reason_for_a_refusal_or_a_hold_has_a_worked_row() -> None:
    by_people = {Reason.DENIED, Reason.CANCELLED, Reason.UNDONE, Reason.MERGED, Reason.ALREADY_REDEEMED}
    named = {row.cells["Reason"] for row in STORIES if row.cells.get("Reason")}
    assert {str(reason) for reason in Reason if reason not in by_people} <= named


def test_a_wrong_row_is_caught() -> None:
    """The test can fail: each result of a right row, changed, is noticed."""
    row = next(row for row in STORIES if row.cells.get("Ada has") == "5.00 EUR" and "First order" in row.cells)
    for column in set(row.cells) - {"What happens", "Reason"}:
        wrong = Row(row.page, row.heading, row.line, row.programs, {**row.cells, column: "6.00 EUR"})
        assert told(wrong) != wrong.cells


def test_a_sentence_that_nobody_understands_is_an_error() -> None:
    with pytest.raises(AssertionError, match="no such sentence"):
        Story(versions(STORIES[0].programs[0])).tell("Ben dances on 1 May")


def test_the_pages_are_there() -> None:
    assert all((RULES / page).is_file() for page in PAGES)
