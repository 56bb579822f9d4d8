"""Olga operates: her account, her browser without a screen, and the codes of her phone."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from passaparola.actions.acting import Asked
from passaparola.actions.workspaces import ensure_workspace
from passaparola.inbound.today import now
from passaparola.store.models import StaffRole

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXP"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TOKEN = re.compile(r'name="token" value="([^"]+)"')


def an_operator(name: str = "olga", *, app: bool = True, role: str = "administrator") -> Any:
    """Somebody who may sign in, with an authenticator app unless told otherwise."""
    user = get_user_model().objects.create_user(username=name, password=PASSWORD, is_staff=True)
    StaffRole.objects.create(user=user, role=role)
    if app:
        TOTP.activate(user, SECRET)
    return user


def code(secret: str = SECRET) -> str:
    """What the app shows now."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return shown


def a_browser() -> Client:
    return Client(enforce_csrf_checks=True, headers={"host": "localhost"})


def send(browser: Client, page: str, to: str = "", **given: Any) -> HttpResponse:
    """Open a page and send its form, with its tokens."""
    text = browser.get(page).content.decode()
    given.setdefault("csrfmiddlewaretoken", CSRF.findall(text)[-1])
    if "token" not in given and (token := TOKEN.search(text)):
        given["token"] = token.group(1)
    answer: HttpResponse = browser.post(to or page, given)  # type: ignore[assignment]
    return answer


def give_password(browser: Client, name: str = "olga", password: str = PASSWORD, **more: str) -> HttpResponse:
    return send(browser, "/accounts/login/", login=name, password=password, **more)


def give_code(browser: Client, given: str) -> HttpResponse:
    return send(browser, "/accounts/second-factor/authenticate/", code=given)


def signed_in(name: str = "olga", *, role: str = "administrator") -> Client:
    """A browser in which an operator (made now) is signed in."""
    an_operator(name, role=role)
    browser = a_browser()
    give_password(browser, name)
    assert give_code(browser, code()).status_code == 302
    return browser


def by_command() -> Asked:
    """As the command line asks."""
    at = now()
    return Asked(ensure_workspace(now=at), at, "command line")
