"""Staff sign in with a password and a second factor, and nobody else does."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from passaparola.actions.acting import done
from passaparola.actions.operators import add_operator, reset_operator, set_active
from passaparola.inbound.running import stop_writer
from passaparola.inbound.web.operators.accounts import has_second_factor, setup_path
from tests.databases import Database, only_sqlite
from tests.journeys.caller import CutOff, unchecked
from tests.journeys.staff import (
    CSRF,
    PASSWORD,
    SECRET,
    a_browser,
    an_operator,
    by_command,
    code,
    give_code,
    give_password,
    send,
    signed_in,
)

pytestmark = only_sqlite


@pytest.fixture(autouse=True)
def begin(database: Database) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()
    stop_writer()


def is_in(browser: Client) -> bool:
    return browser.get("/").status_code == 200


def test_an_operator_signs_in_and_out() -> None:
    an_operator()
    olga = a_browser()
    assert olga.get("/").headers["Location"] == "/accounts/login/?next=/"
    assert give_password(olga, password="wrong").status_code == 200
    assert give_password(olga).headers["Location"] == "/accounts/second-factor/authenticate/"
    assert not is_in(olga), "the password alone is not enough"
    assert give_code(olga, "000000").status_code == 200
    assert give_code(olga, code()).headers["Location"] == "/"
    home = olga.get("/")
    assert home.status_code == 200
    assert "/api/v1/docs" in home.content.decode()
    assert "no-store" in home.headers["Cache-Control"]
    assert olga.get("/accounts/logout/").status_code == 200, "a link must not sign anybody out"
    assert is_in(olga)
    page = olga.get("/").content.decode()
    form = urlencode({"csrfmiddlewaretoken": CSRF.findall(page)[-1]}).encode()
    cookies = "; ".join(f"{name}={held.value}" for name, held in olga.cookies.items())
    kind, told = "application/x-www-form-urlencoded", {"cookie": cookies, "origin": "http://localhost:8000"}
    assert unchecked("POST", "/accounts/logout/", CutOff(form), kind, told).status == 403, "half a form"
    assert olga.get("/").status_code == 200
    assert unchecked("POST", "/accounts/logout/", form, kind, told).status == 302
    assert not is_in(olga)


def test_without_a_second_factor_nobody_goes_on() -> None:
    an_operator(app=False)
    olga = a_browser()
    assert give_password(olga).headers["Location"] == "/"
    for page in ("/", "/find?q=ada", "/settings/", "/findings/"):
        assert olga.get(page).headers["Location"] == "/accounts/second-factor/"
    assert "Later" not in olga.get("/accounts/second-factor/").content.decode()
    page = olga.get("/accounts/second-factor/totp/activate/").content.decode()
    secret = page.partition('<code dir="ltr">')[2].partition("<")[0]
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    wrong = {"code": "000000", "csrfmiddlewaretoken": token}
    assert olga.post("/accounts/second-factor/totp/activate/", wrong).status_code == 200
    right = {"code": code(secret), "csrfmiddlewaretoken": token}
    answer = olga.post("/accounts/second-factor/totp/activate/", right)
    assert answer.headers["Location"] == "/accounts/second-factor/recovery-codes/"
    assert is_in(olga)


def test_in_a_demo_the_second_factor_is_offered() -> None:
    an_operator(app=False)
    olga = a_browser()
    with override_settings(DEMO=True):
        give_password(olga)
        assert is_in(olga)
        assert "Later" in olga.get("/accounts/second-factor/").content.decode()
    assert not is_in(olga), "the same session after the demo"


@contextmanager
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    done: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: object, *given: object, name: str = name, real: object = real) -> object:
            done.append(name)
            return real(self, *given)  # type: ignore[operator]

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    yield done
    monkeypatch.undo()


def test_a74_a_wrong_name_and_a_wrong_password_are_answered_alike_and_cost_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_operator()

    def said(name: str) -> tuple[int, str, int, int]:
        browser = a_browser()
        browser.get("/accounts/login/")
        with hashes(monkeypatch) as hashed, CaptureQueriesContext(connection) as queries:
            answer = give_password(browser, name, "wrong")
        text = answer.content.decode().replace(name, "NAME")
        return answer.status_code, _without_tokens(text), len(queries), len(hashed)

    assert said("olga") == said("mallory")


def _without_tokens(page: str) -> str:
    parts = page.split('name="csrfmiddlewaretoken" value="')
    return parts[0] + "".join(part.partition('"')[2] for part in parts[1:])


def test_a_form_without_its_token_is_refused() -> None:
    an_operator()
    olga = a_browser()
    assert olga.post("/accounts/login/", {"login": "olga", "password": PASSWORD}).status_code == 403
    assert not is_in(olga)


def test_signing_in_leads_nowhere_else() -> None:
    an_operator(app=False)
    olga = a_browser()
    for evil in ("https://mallory.example/", "//mallory.example", "/\\mallory.example"):
        page = olga.get("/accounts/login/", {"next": evil})
        answer = give_password(olga, next=evil)
        assert answer.status_code != 302 or answer.headers["Location"] == "/", (evil, page.content)
        send(olga, "/accounts/second-factor/", to="/accounts/logout/")


def test_the_session_that_was_there_before_is_another_one_after() -> None:
    an_operator(app=False)
    olga = a_browser()
    olga.get("/accounts/login/")
    session = olga.session
    session["planted"] = "by mallory"
    session.save()
    before = session.session_key
    give_password(olga)
    assert olga.session.session_key != before


def test_guessing_codes_is_slowed_down() -> None:
    an_operator()
    olga = a_browser()
    give_password(olga)
    for _ in range(5):
        assert give_code(olga, "123456").status_code == 200
    assert "Too many" in give_code(olga, code()).content.decode()
    assert not is_in(olga)


def test_a12_a_code_opens_once() -> None:
    an_operator()
    seen = code()
    first, second = a_browser(), a_browser()
    give_password(first)
    give_password(second)
    assert give_code(first, seen).status_code == 302
    assert give_code(second, seen).status_code == 200
    assert (is_in(first), is_in(second)) == (True, False)


def test_a12_half_a_sign_in_changes_nothing_of_the_account() -> None:
    user = an_operator()
    mallory = a_browser()
    give_password(mallory)
    for page in ("totp/deactivate/", "webauthn/add/", "recovery-codes/", "recovery-codes/generate/", ""):
        answer = mallory.get(f"/accounts/second-factor/{page}")
        assert answer.status_code == 302, page
        assert answer.headers["Location"].startswith("/accounts/login/"), page
    assert mallory.get("/accounts/password/change/").headers["Location"].startswith("/accounts/login/")
    assert list(Authenticator.objects.filter(user=user).values_list("type", flat=True)) == ["totp"]


def test_a12_a_second_step_that_began_before_a_reset_leads_nowhere() -> None:
    an_operator()
    mallory = a_browser()
    give_password(mallory)
    done(reset_operator("olga", asked=by_command()))
    assert mallory.get("/accounts/second-factor/authenticate/").status_code == 302
    assert not is_in(mallory)


def test_a_recovery_code_opens_once() -> None:
    user = an_operator()
    spare = RecoveryCodes.activate(user).get_unused_codes()[0]
    for expected in (302, 200):
        olga = a_browser()
        give_password(olga)
        assert give_code(olga, spare).status_code == expected


def test_secrets_of_apps_are_not_readable_in_the_database() -> None:
    user = an_operator()
    RecoveryCodes.activate(user)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in stored
    with override_settings(SECRET_KEY="another key of at least thirty-two characters"):
        olga = a_browser()
        give_password(olga)
        assert give_code(olga, code()).status_code == 200, "no code fits any more, and nothing breaks"


def test_a47_whoever_is_disabled_is_out_with_the_next_request() -> None:
    olga = signed_in()
    an_operator("otto")
    assert is_in(olga)
    done(set_active("olga", active=False, asked=by_command()))
    assert not is_in(olga)
    assert give_password(a_browser()).headers.get("Location") == "/accounts/inactive/"
    done(set_active("olga", active=True, asked=by_command()))
    assert is_in(olga)


def test_a47_a_reset_ends_sessions_factors_and_password() -> None:
    olga = signed_in()
    user = done(reset_operator("OLGA", asked=by_command()))
    assert not is_in(olga)
    assert not has_second_factor(user)
    assert give_password(a_browser()).status_code == 200


def test_a_set_up_link_works_once_and_leads_to_the_second_factor() -> None:
    user = done(add_operator("Nora", email="nora@example.com", asked=by_command()))
    link, nora = setup_path(user), a_browser()
    page = nora.get(link).headers["Location"]
    assert send(nora, page, password1="short", password2="short").status_code == 200
    assert send(nora, page, password1=PASSWORD, password2=PASSWORD).status_code == 302
    assert nora.get("/").headers["Location"] == "/accounts/second-factor/"
    assert "used up" in a_browser().get(link).content.decode()


def test_nobody_signs_up_or_resets_a_password_by_mail() -> None:
    assert a_browser().get("/accounts/signup/").status_code == 404
    page = a_browser().get("/accounts/password/reset/")
    assert "<form" not in page.content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/api/v1/docs"])
def test_pages_run_nothing_inline_and_load_nothing_from_elsewhere(path: str) -> None:
    page = a_browser().get(path)
    text = page.content.decode()
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "://" not in text.replace("http://localhost", "").partition("<body")[0]
    assert " style=" not in text
    assert " onclick=" not in text
