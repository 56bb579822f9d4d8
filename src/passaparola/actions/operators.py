"""Staff accounts: Django users, apart from advocates and friends. Who they are is theirs to prove: allauth checks that.

Losing a right takes effect with the next request: each one reads the account, and a changed password ends every session of it.
"""

import re
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import transaction

from passaparola.actions.acting import Asked, Desk, Performed, perform
from passaparola.domain.staff import Role
from passaparola.domain.tongue import gettext_noop
from passaparola.store.ids import new_code
from passaparola.store.models import StaffRole

FIRST = "operator"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


class UnableToChangeOperator(Exception):
    """No such operator or role, one of that name already, or nobody would be left. The sentence says which; nothing was changed.

    It is English; its named places take the words of `said`. Pages translate it.
    """

    def __init__(self, sentence: str, **said: str):
        self.sentence, self.said = sentence, said
        super().__init__(sentence % said if said else sentence)


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
    role: str  # empty: none yet
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
        first = users.objects.create_superuser(username=FIRST, email="", password=password)
        StaffRole.objects.create(user=first, role=Role.ADMINISTRATOR)
    return SignIn(FIRST, password)


def add_operator(name: str, *, asked: Asked, email: str = "", role: str = Role.ADMINISTRATOR) -> Performed[Any]:
    """A new account without a password: its owner chooses one by a set-up link. Names are single whatever their case.

    Raises UnableToChangeOperator, IdempotencyMismatch, Conflict.
    """
    if not NAME.fullmatch(name):
        raise UnableToChangeOperator(f"{name!r} is no name: letters, digits and . _ @ + - are, at most 64 of them")
    name, role = name.lower(), _role(role)

    def do(desk: Desk) -> Any:
        if _found(name) is not None:
            raise UnableToChangeOperator(f"There is an operator {name} already. `passaparola operator reset {name}`?")
        operator = get_user_model().objects.create_user(username=name, email=email, password=None, is_staff=True)
        StaffRole.objects.create(user=operator, role=role)
        desk.act("staff.add", name, role=role)
        return operator

    return perform(asked, do)


def give_role(name: str, *, role: str, asked: Asked) -> Performed[Any]:
    """What somebody may do from their next request on.

    Raises UnableToChangeOperator, also for the last administrator; IdempotencyMismatch, Conflict.
    """
    role = _role(role)

    def do(desk: Desk) -> Any:
        operator = _named(name)
        if role != Role.ADMINISTRATOR and operator.is_active:
            _spare_the_last_administrator(operator)
        StaffRole.objects.update_or_create(user=operator, defaults={"role": role})
        desk.act("staff.role", operator.get_username(), role=role)
        return operator

    return perform(asked, do)


def reset_operator(name: str, *, asked: Asked) -> Performed[Any]:
    """For whoever lost everything: no password, no passkey, no app, no code, and every session ended.

    Raises UnableToChangeOperator, IdempotencyMismatch, Conflict.
    """

    def do(desk: Desk) -> Any:
        operator = _named(name)
        Authenticator.objects.filter(user=operator).delete()
        operator.set_unusable_password()
        operator.save(update_fields=["password"])
        desk.act("staff.reset", operator.get_username())
        return operator

    return perform(asked, do)


def set_active(name: str, *, active: bool, asked: Asked) -> Performed[Any]:
    """Let somebody in no more, at once, or again.

    Raises UnableToChangeOperator, also for the last one who can still sign in; IdempotencyMismatch, Conflict.
    """

    def do(desk: Desk) -> Any:
        operator = _named(name)
        if not active and not get_user_model().objects.filter(is_active=True).exclude(pk=operator.pk).exists():
            sentence = gettext_noop("%(name)s is the last one who can sign in. Add another operator first")
            raise UnableToChangeOperator(sentence, name=name)
        if not active:
            _spare_the_last_administrator(operator)
        operator.is_active = active
        operator.save(update_fields=["is_active"])
        desk.act("staff.access", operator.get_username(), active=active)
        return operator

    return perform(asked, do)


def list_operators() -> list[OperatorRow]:
    """Everybody, by name."""
    guarded = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list("user_id", flat=True)
    )
    users = get_user_model().objects.order_by("username")
    roles = dict(StaffRole.objects.values_list("user_id", "role"))
    return [
        OperatorRow(u.get_username(), u.email, roles.get(u.pk, ""), u.is_active, u.pk in guarded, u.last_login)
        for u in users
    ]


def role_of(user: Any) -> Role | None:
    """What somebody is to the firm; None for an account without a role."""
    found = StaffRole.objects.filter(user_id=user.pk).values_list("role", flat=True).first()
    return Role(found) if found else None


def _role(name: str) -> str:
    if name not in set(Role):
        raise UnableToChangeOperator(
            gettext_noop("%(name)s is no role: %(roles)s are"), name=repr(name), roles=", ".join(Role)
        )
    return name


def _spare_the_last_administrator(operator: Any) -> None:
    """Administrators are locked as they are counted, so that two who end each other's role at one moment do it one after the other."""
    administrators = StaffRole.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR, user__is_active=True
    )
    there = {row.user_id for row in administrators.order_by("user_id")}
    if there == {operator.pk}:
        sentence = gettext_noop("%(name)s is the last administrator who can sign in. Make another one first")
        raise UnableToChangeOperator(sentence, name=operator.get_username())


def _found(name: str) -> Any:
    return get_user_model().objects.filter(username__iexact=name).first()


def _named(name: str) -> Any:
    found = _found(name) if NAME.fullmatch(name) else None
    if found is None:
        sentence = gettext_noop("There is no operator %(name)s. `passaparola operator list` shows them")
        raise UnableToChangeOperator(sentence, name=repr(name))
    return found
