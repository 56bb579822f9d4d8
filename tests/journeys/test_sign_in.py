"""The first pages of an operator: sign in, find the API reference, sign out."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tests.databases import Database

PASSWORD = "correct horse battery staple"


@pytest.fixture
def olga(database: Database) -> Client:
    """A browser, and an operator who may sign in."""
    get_user_model().objects.create_user(username="olga", password=PASSWORD)
    return Client(enforce_csrf_checks=True, headers={"host": "localhost"})


def sign_in(browser: Client, password: str, **more: str) -> int:
    page = browser.get("/sign-in/")
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    return browser.post(
        "/sign-in/", {"username": "olga", "password": password, "csrfmiddlewaretoken": token, **more}
    ).status_code


def test_an_operator_signs_in_and_out(olga: Client) -> None:
    assert olga.get("/").headers["Location"] == "/sign-in/?next=/"
    assert sign_in(olga, "wrong") == 200
    assert olga.get("/").status_code == 302
    assert sign_in(olga, PASSWORD) == 302
    home = olga.get("/")
    assert home.status_code == 200
    assert "/api/v1/docs" in home.content.decode()
    assert "no-store" in home.headers["Cache-Control"]
    token = home.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert olga.get("/sign-out/").status_code == 405, "a link must not sign anybody out"
    assert olga.post("/sign-out/", {"csrfmiddlewaretoken": token}).status_code == 302
    assert olga.get("/").status_code == 302


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(olga: Client) -> None:
    def said(name: str) -> str:
        page = olga.get("/sign-in/").content.decode()
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        answer = olga.post("/sign-in/", {"username": name, "password": "wrong", "csrfmiddlewaretoken": token})
        text = answer.content.decode().replace(name, "NAME")
        return text.partition("<form")[0] + text.partition('name="username"')[2]

    assert said("olga") == said("mallory")


def test_a_form_without_its_token_is_refused(olga: Client) -> None:
    assert olga.post("/sign-in/", {"username": "olga", "password": PASSWORD}).status_code == 403
    assert olga.get("/").status_code == 302


def test_signing_in_leads_nowhere_else(olga: Client) -> None:
    page = olga.get("/sign-in/?next=https://mallory.example/")
    assert "mallory.example" not in page.content.decode()
    token = page.content.decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    given = {"username": "olga", "password": PASSWORD, "csrfmiddlewaretoken": token, "next": "https://mallory.example/"}
    assert olga.post("/sign-in/", given).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/", "/api/v1/docs"])
def test_pages_run_nothing_inline_and_load_nothing_from_elsewhere(olga: Client, path: str) -> None:
    page = olga.get(path)
    text = page.content.decode()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "://" not in text.replace("http://localhost", "").partition("<body")[0]
    assert " style=" not in text
    assert " onclick=" not in text
