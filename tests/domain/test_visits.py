"""Who opened a link, as docs/rules/visits.md says it."""

import re
from collections.abc import Callable, Mapping

import pytest

from passaparola.domain.visits import VisitKind, kind_of
from tests.tables import Row, rows_of

ROWS = [row for row in rows_of("visits.md") if row.heading == "Who opened it"]
NAVIGATES = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": "document", "HTTP_SEC_FETCH_USER": "?1"}
Judge = Callable[..., VisitKind]


def judged(row: Row, judge: Judge = kind_of) -> str:
    """Who makes the request of a row."""
    words = row.cells["the request"]
    headers = dict(NAVIGATES) if "navigates" in words else {}
    if "loads" in words:
        headers["HTTP_SEC_FETCH_MODE"] = "no-cors"
    for name, value in re.findall(r"([A-Z][\w-]+): ([^,)]+)", words):
        headers[f"HTTP_{name.upper().replace('-', '_')}"] = value
    bot = "bots" in words or "no name" in words
    return str(judge(headers, method=words.partition(",")[0].partition(" ")[0], bot=bot))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_request_is_made_by_whom_the_table_says(row: Row) -> None:
    assert judged(row) == row.cells["is made by"]


def test_the_table_is_read_as_a_whole() -> None:
    assert len(ROWS) >= 13
    assert {row.cells["is made by"] for row in ROWS} == {str(kind) for kind in VisitKind}


def trusting(_: Mapping[str, str], *, method: str, bot: bool) -> VisitKind:
    return VisitKind.MACHINE if bot or method == "HEAD" else VisitKind.PERSON


def test_a_judge_who_believes_every_header_is_caught() -> None:
    """The planted fault: prefetches, images and frames counted as people."""
    assert sum(judged(row, trusting) != row.cells["is made by"] for row in ROWS) >= 9


@pytest.mark.parametrize("frame", ["iframe", "frame", "embed", "object", "fencedframe", "nested-navigate"])
def test_a_navigation_of_a_frame_is_nobodys_visit(frame: str) -> None:
    headers = {"HTTP_SEC_FETCH_MODE": "navigate", "HTTP_SEC_FETCH_DEST": frame}
    assert kind_of(headers, method="GET", bot=False) is VisitKind.MACHINE


@pytest.mark.parametrize("only", ["HTTP_SEC_FETCH_MODE", "HTTP_SEC_FETCH_DEST"])
def test_half_of_the_headers_is_half_of_the_trust(only: str) -> None:
    assert kind_of({only: NAVIGATES[only]}, method="GET", bot=False) is VisitKind.UNCONFIRMED
