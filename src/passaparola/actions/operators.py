"""Staff accounts: Django users, apart from advocates and friends."""

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction

from passaparola.store.ids import new_code

FIRST = "operator"


@dataclass(frozen=True, slots=True)
class SignIn:
    """What to sign in with. The password is kept as a hash only, so this is the one time it is seen."""

    name: str
    password: str


def ensure_first_operator() -> SignIn | None:
    """Make an operator with a random password when there is nobody; None when there is somebody."""
    users = get_user_model()
    with transaction.atomic(durable=True):
        if users.objects.exists():
            return None
        password = "-".join(new_code(5) for _ in range(4))  # 31^20 possible ones
        users.objects.create_superuser(username=FIRST, email="", password=password)
    return SignIn(FIRST, password)
