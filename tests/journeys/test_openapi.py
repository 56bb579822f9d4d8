"""The OpenAPI document is right, complete, documented, and what the API answers; its reference page needs nobody else."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from passaparola import __version__
from passaparola.inbound.api.interface import api
from passaparola.inbound.api.openapi import WRITES, operations
from passaparola.inbound.api.problems import KINDS
from tests.journeys.caller import Shop
from tests.journeys.conformance import whole, wrong
from tests.ledger_clean import assert_books_balance

OPEN = {"/api/v1/programs/schema"}  # needs no key, as the reference page
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "api.md"
PROSE = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
OPERATION = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w/{}.-]++)(?! HTTP/)")
ADDRESS = re.compile(r"(?<![A-Z] )(/api/v1/[\w/{}.-]+)")


def test_the_document_is_valid_openapi_3_1(shop: Shop) -> None:
    said = shop.get("/api/v1/openapi.json", key="")
    assert said.status == 200
    assert (said.json["openapi"], said.json["info"]["version"]) == ("3.1.0", __version__)
    validate(said.json)
    assert said.json == whole()


def test_every_operation_says_its_scope_its_errors_and_its_key() -> None:
    seen = set()
    for path, method, operation in operations(whole()):
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        if not operation.get("security"):
            assert (path in OPEN, method) == (True, "get"), path
            continue
        assert re.search(r"Scope: `[a-z:]+`", operation["description"]), path
        assert {"401", "403"} <= set(operation["responses"]), path
        assert "{" not in path or "404" in operation["responses"], path
        keys = [p for p in operation["parameters"] if p["name"] == "Idempotency-Key"]
        assert len(keys) == (method in WRITES), path
        if "Needs an Idempotency-Key" in operation["description"]:
            assert keys[0]["required"] is True, path
    assert len(seen) > 50


def test_every_operation_and_every_problem_is_in_the_documentation() -> None:
    text = PAGE.read_text(encoding="utf-8")
    written = {
        f"{method.upper()} {path.removeprefix('/api/v1')}" for path, method, _ in operations(api.get_openapi_schema())
    }
    assert set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) [^`]+)` \|", text, re.MULTILINE)) == written
    assert set(
        re.findall(r"^\| `([a-z_]+)` \| \d{3} \|", text.partition("## What goes wrong")[2], re.MULTILINE)
    ) == set(KINDS)


def test_the_documentation_says_which_operations_need_a_key_for_their_answer() -> None:
    said = dict(re.findall(r"^\| `([A-Z]+ /[^`]+)` \|.*\| (\w*) *\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for path, method, operation in operations(whole()):
        keys = [p["required"] for p in operation["parameters"] if p["name"] == "Idempotency-Key"]
        name = f"{method.upper()} {path.removeprefix('/api/v1')}"
        assert said[name] == ({True: "required", False: "accepted"}[keys[0]] if keys else ""), name


def unknown_operations(text: str) -> list[str]:
    """What a text calls an operation, or an address of the API, and is none."""
    known = [(method.upper(), path.removeprefix("/api/v1")) for path, method, _ in operations(whole())]
    pages = [("", "/docs"), ("", "/openapi.json")]
    found = [(method, path) for method, path in OPERATION.findall(text)] + [
        ("", path) for path in ADDRESS.findall(text)
    ]
    return [
        f"{method} {path}".strip()
        for method, path in ((m, p.removeprefix("/api/v1").rstrip(".-")) for m, p in found)
        if not any(method in ("", m) and _is_named(path, p) for m, p in (*known, *pages))
    ]


def _is_named(said: str, path: str) -> bool:
    """`/rewards/{id}/claim` and `/rewards/ID/claim` are `/rewards/{reward}/claim`; what is no place is to the letter."""
    parts, own = said.split("/"), path.split("/")
    return len(parts) == len(own) and all(_is_part(s, o) for s, o in zip(parts, own, strict=True))


def _is_part(said: str, part: str) -> bool:
    return said == part or said[:1] == part[:1] == "{" or (said.isalpha() and said.isupper())


@pytest.mark.parametrize("page", PROSE, ids=lambda path: path.name)
def test_every_operation_that_the_documentation_names_is_there(page: Path) -> None:
    assert unknown_operations(page.read_text(encoding="utf-8")) == []


def test_a_planted_operation_that_is_not_there_is_caught() -> None:
    assert unknown_operations("take it off by `POST /credit/reserve`.") == ["POST /credit/reserve"]
    assert unknown_operations("curl $HOST/api/v1/credit/reserve -d '{}'") == ["/credit/reserve"]
    assert unknown_operations("`GET /rewards/{id}/claim`") == ["GET /rewards/{id}/claim"]
    assert unknown_operations("`POST /rewards/{id}/claim`, `POST /api/v1/calculations/NAME`, /api/v1/docs.") == []


def test_the_reference_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() -> None:
    page = Client(headers={"host": "localhost"}).get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    loaded = re.findall(r"<(?:link|script|img)\b[^>]*(?:src|href)=\"([^\"]+)\"", text)
    assert len(loaded) >= 2
    for address in loaded:
        assert address.startswith("/static/"), address
        answer = Client(headers={"host": "localhost"}).get(address)
        answer.close()
        assert answer.status_code == 200, address
    assert [s for s in re.findall(r"<script(?![^>]*src=)[^>]*>", text) if "application/json" not in s] == []
    assert "<style" not in text


def test_a_planted_answer_that_is_not_declared_is_caught() -> None:
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    assert wrong("GET", "/api/v1/people", 200, headers, b'{"items": [], "next": null}') == []
    assert wrong("GET", "/api/v1/people", 200, headers, b'{"items": [{}], "next": null}')
    assert wrong("GET", "/api/v1/people", 200, headers, b'{"items": []}')
    assert wrong("GET", "/api/v1/people", 202, headers, b"{}")
    assert wrong("GET", "/api/v1/people", 200, {**headers, "content-type": "text/html"}, b"{}")
    assert wrong("GET", "/api/v1/people", 200, {"content-type": "application/json"}, b'{"items": [], "next": null}')


@pytest.mark.slow
def test_nothing_that_a_stranger_can_think_of_breaks_the_api(shop: Shop) -> None:
    """Schemathesis makes requests of all operations, right and wrong ones; each answer is held to the document."""
    from passaparola.config.wsgi import application

    shop.conversion()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers={"Host": "localhost"})
    right, wrong_ones = (schema.as_strategy(generation_mode=mode) for mode in GenerationMode)
    answers: Counter[int] = Counter()

    @settings(
        max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
    )
    @given(case=one_of(right, wrong_ones))
    def attempt(case: schemathesis.Case[Any]) -> None:
        headers = {"Host": "localhost", "Authorization": f"Bearer {shop.key}"}
        answers[case.call_and_validate(headers=headers, checks=CHECKS).status_code] += 1

    attempt()
    assert answers[200], answers
    assert answers[422], answers
    assert_books_balance(shop.workspace)
