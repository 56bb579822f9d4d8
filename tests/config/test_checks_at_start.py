"""O12: every start asks all of it, and a start that leaves one question out is noticed."""

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from passaparola.config import checks, environment
from passaparola.config.mail import mail_server
from passaparola.outbound.webhooks import signing
from tests.domain.test_deliveries import test_an_empty_or_short_secret_signs_nothing as no_empty_secret

WRONG: dict[str, dict[str, Any]] = {
    "debug_is_private": {
        "DEBUG": True,
        "PUBLIC_URL": "https://refer.example.com",
        "ALLOWED_HOSTS": ["refer.example.com"],
    },
    "hosts_are_named": {"ALLOWED_HOSTS": ["localhost", "*"]},
    "host_is_allowed": {"PUBLIC_URL": "https://refer.example.com", "ALLOWED_HOSTS": ["localhost"]},
    "staff_are_as_encrypted": {"STAFF_URL": "https://localhost:8000"},
    "mails_have_a_sender": {"MAIL": mail_server("smtp://mail.example.com"), "MAIL_FROM": ""},
}
GUESSABLE = ["change-me-" * 5, "abcabc" * 10, "short", ""]


def refused_at_start(question: str) -> None:
    """With this setting wrong, and all others right, the start ends with an error."""
    assert not [f for f in checks.settings_fit_together(None) if f.is_serious()]
    with override_settings(**WRONG[question]):
        assert [f for f in checks.settings_fit_together(None) if f.is_serious()]


@pytest.mark.parametrize("question", WRONG)
def test_o12_a_wrong_setting_ends_the_start(question: str) -> None:
    refused_at_start(question)


@pytest.mark.parametrize("question", WRONG)
def test_o12_a_planted_start_that_does_not_ask_is_noticed(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, question, lambda *_, **__: None)
    with pytest.raises(AssertionError):
        refused_at_start(question)


@pytest.mark.parametrize("key", GUESSABLE)
def test_o12_a_secret_that_could_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        environment.long_enough(key, "PASSAPAROLA_SECRET_KEY")


@pytest.mark.parametrize("key", GUESSABLE)
def test_o12_a_planted_start_with_any_secret_is_noticed(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "SHORTEST_SECRET", 0)
    monkeypatch.setattr(environment, "FEWEST_CHARACTERS", 0)
    monkeypatch.setattr(environment, "PLACEHOLDER", re.compile("(?!)"))
    with pytest.raises(pytest.fail.Exception):
        test_o12_a_secret_that_could_be_guessed_is_refused(key)


def test_o12_a_planted_signer_with_an_empty_secret_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "SHORTEST", 0)
    with pytest.raises(pytest.fail.Exception):
        no_empty_secret("whsec_")
