"""What allauth asks us about staff accounts: who calls, what is kept secret, when one must prove again who one is."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, default_token_generator
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from passaparola.inbound.client_address import client_network
from passaparola.inbound.web.cookies import REMEMBERED, SIGNED_IN

FRESH_SECONDS = 300


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Staff accounts are made by the command line; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits count by: only our own proxies are believed about it."""
        return client_network(request.META) or "local"

    def is_reauthentication_required(self, *, app: str = "") -> bool:
        """Before a factor is changed, unless the sign-in itself is a few minutes old: nobody types a password twice in a row."""
        request = context.request
        records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
        if records and time.time() - records[-1]["at"] < FRESH_SECONDS:
            return False
        return bool(super().is_reauthentication_required(app=app))

    def add_message(self, *args: Any, **given: Any) -> None:
        """Only what went wrong: that one has signed in or out is plain to see."""
        level = args[1] if len(args) > 1 else given.get("level", 0)
        if level >= 30:
            super().add_message(*args, **given)


class SignIn(LoginForm):  # type: ignore[misc]
    """The session ends after two days, after two weeks for who asks to stay signed in."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> Any:
        answer = super().login(request, redirect_url=redirect_url)
        request.session.set_expiry(REMEMBERED if self.cleaned_data.get("remember") else SIGNED_IN)
        return answer


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor. Secrets of authenticator apps and recovery codes are encrypted under the installation's secret key."""

    def _get_site_name(self) -> str:
        return "passaparola"

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Empty when it was written under another secret key: then no code fits, and `operator reset` helps."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""


def _box() -> MultiFernet:
    """One box for each secret key, the newest first; Django's fallbacks still open what was closed before a change of keys."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = (hashlib.blake2b(str(key).encode(), digest_size=32, person=b"second factors").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def has_second_factor(user: Any) -> bool:
    """Whether a passkey or an authenticator app is set up. Recovery codes alone do not count."""
    return bool(Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def setup_path(user: Any) -> str:
    """The way to choose a first password: good for one time, and for a day."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
