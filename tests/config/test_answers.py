"""What every answer and every log entry has in common."""

import json
import logging

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings

from passaparola.config.headers import security_headers
from passaparola.config.logs import JsonLines
from tests.databases import Database, only_sqlite


@only_sqlite
@pytest.mark.parametrize("path", ["/no-such-page", "/static/api/reference.css"])
def test_every_answer_forbids_inline_code_and_framing(path: str, database: Database) -> None:
    answer = Client(headers={"host": "localhost"}).get(path)
    answer.close()
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_the_files_of_the_api_reference_are_served_from_here() -> None:
    answer = Client(headers={"host": "localhost"}).get("/static/api/reference.css")
    assert answer.status_code == 200
    answer.close()


def test_a_foreign_host_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get("/").status_code == 400


def test_a_view_may_set_a_policy_of_its_own() -> None:
    answer = security_headers(lambda _: HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"}))
    assert answer(RequestFactory().get("/")).headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("https", [True, False])
def test_browsers_are_told_to_stay_with_encryption_where_there_is_one(https: bool) -> None:
    with override_settings(PUBLIC_IS_HTTPS=https):
        answer = security_headers(lambda _: HttpResponse())(RequestFactory().get("/"))
    assert ("Strict-Transport-Security" in answer.headers) is https


def test_a_log_entry_is_one_line_whatever_it_contains() -> None:
    forged = 'Ada\n{"level": "audit"}\r\n'
    record = logging.makeLogRecord(
        {"name": "passaparola.store", "levelname": "INFO", "msg": "hello %s", "args": (forged,)}
    )
    record.workspace = "ws_1"
    line = JsonLines().format(record)
    assert len(line.splitlines()) == 1
    entry = json.loads(line)
    assert (entry["message"], entry["level"], entry["workspace"]) == (f"hello {forged}", "info", "ws_1")


def test_a_log_entry_holds_the_traceback() -> None:
    try:
        raise ValueError("no such reward")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, error, error.__traceback__)})
    assert "ValueError: no such reward" in json.loads(JsonLines().format(record))["traceback"]
