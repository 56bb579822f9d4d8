"""Staff accounts: Django users, apart from advocates and friends. Who they are is theirs to prove: allauth checks that.

Losing a right takes effect with the next request: each one reads the account, and a changed password ends every session of it.
"""

import re
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import transaction

from passaparola.store.ids import new_code

FIRST = "operator"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


class UnableToChangeOperator(Exception):
    """There is no such operator, there is one already, or the name cannot be one. The message says which; nothing was changed."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """What to sign in with. The password is kept as a hash only, so this is the one time it is seen."""

    name: str
    password: str


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """A staff account as it is listed. `second_factor`: a passkey or an authenticator app is set up."""

    name: str
    email: str
    active: bool
    second_factor: bool
    last_sign_in: Any  # a datetime, or None


def ensure_first_operator() -> SignIn | None:
    """Make an operator with a random password when there is nobody; None when there is somebody."""
    users = get_user_model()
    with transaction.atomic(durable=True):
        if users.objects.exists():
            return None
        password = "-".join(new_code(5) for _ in range(4))  # 31^20 possible ones
        users.objects.create_superuser(username=FIRST, email="", password=password)
    return SignIn(FIRST, password)


def add_operator(name: str, *, email: str = "") -> Any:
    """A new account without a password: its owner chooses one by a set-up link. Names are single whatever their case.

    Raises UnableToChangeOperator.
    """
    if not NAME.fullmatch(name):
        raise UnableToChangeOperator(f"{name!r} is no name: letters, digits and . _ @ + - are, at most 64 of them")
    name = name.lower()
    with transaction.atomic(durable=True):
        if _found(name) is not None:
            raise UnableToChangeOperator(f"There is an operator {name} already. `passaparola operator reset {name}`?")
        return get_user_model().objects.create_user(username=name, email=email, password=None, is_staff=True)


def reset_operator(name: str) -> Any:
    """For whoever lost everything: no password, no passkey, no app, no code, and every session ended. Raises UnableToChangeOperator."""
    with transaction.atomic(durable=True):
        operator = _named(name)
        Authenticator.objects.filter(user=operator).delete()
        operator.set_unusable_password()
        operator.save(update_fields=["password"])
    return operator


def set_active(name: str, *, active: bool) -> Any:
    """Let somebody in no more, at once, or again. Raises UnableToChangeOperator, also for the last one who can still sign in."""
    users = get_user_model().objects
    with transaction.atomic(durable=True):
        operator = _named(name)
        if not active and not users.filter(is_active=True).exclude(pk=operator.pk).exists():
            raise UnableToChangeOperator(f"{name} is the last one who can sign in. Add another operator first")
        operator.is_active = active
        operator.save(update_fields=["is_active"])
    return operator


def list_operators() -> list[OperatorRow]:
    """Everybody, by name."""
    guarded = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user_id", flat=True)
    )
    users = get_user_model().objects.order_by("username")
    return [OperatorRow(u.get_username(), u.email, u.is_active, u.pk in guarded, u.last_login) for u in users]


def _found(name: str) -> Any:
    return get_user_model().objects.filter(username__iexact=name).first()


def _named(name: str) -> Any:
    found = _found(name)
    if found is None:
        raise UnableToChangeOperator(f"There is no operator {name!r}. `passaparola operator list` shows them")
    return found
