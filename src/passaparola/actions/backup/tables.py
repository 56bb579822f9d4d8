"""What a backup holds: every table of ours and the operators' accounts, in an order that a restore may follow."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models

# Tables that are left out, each with its reason. A test knows that every other table of the installation is in.
LEFT_OUT: dict[str, str] = {
    "django_migrations": "made by the migrations of the installation that restores",
    "django_content_type": "made by the migrations",
    "auth_permission": "made by the migrations",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
    "auth_user_groups": "not used",
    "auth_user_user_permissions": "not used",
    "django_session": "people sign in again",
    "account_emailaddress": "not used: the address is with the account",
    "account_emailconfirmation": "not used",
    "store_tally": "counted from the rows by the clock",
    "store_tallied": "counted from the rows by the clock",
    "store_tallymark": "counted from the rows by the clock, from the beginning",
    "store_board": "counted from the rows by the clock",
    "store_boardentry": "counted from the rows by the clock",
    "store_boardmark": "counted from the rows by the clock, from the beginning",
    "store_cacheentry": "counts of attempts to sign in, for minutes",
}
EMPTIED = (
    "auth_user_groups",
    "auth_user_user_permissions",
    "django_session",
    "account_emailconfirmation",
    "account_emailaddress",
    "store_boardmark",
    "store_boardentry",
    "store_board",
    "store_tallymark",
    "store_tallied",
    "store_tally",
)  # they point at accounts that are replaced, or count rows that are
PAGE, FEW = 2000, 20  # rows at a time; few where a row may hold a whole picture


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns in order, and which of them need care between databases."""

    name: str
    columns: tuple[str, ...]
    flags: tuple[int, ...]  # places of booleans
    moments: tuple[int, ...]  # places of timestamps
    numbered: bool  # its key is counted up by the database
    documents: tuple[int, ...] = ()  # places of JSON
    contents: tuple[int, ...] = ()  # places of bytes
    key: str = "id"
    cast: str = "::uuid"  # what a key is, on PostgreSQL; "" for numbers

    @property
    def page(self) -> int:
        """How many rows are read at a time."""
        return FEW if self.contents else PAGE

    def outward(self, row: Sequence[Any]) -> list[Any]:
        """A row as the archive holds it, alike from every database."""
        values = list(row)
        for place in self.flags:
            values[place] = None if values[place] is None else bool(values[place])
        for place in self.moments:
            values[place] = _utc(values[place])
        for place in self.documents:
            values[place] = _canonical(values[place])
        for place in self.contents:
            values[place] = b64encode(values[place]).decode()
        return values

    def inward(self, values: list[Any]) -> list[Any]:
        """A row as this database takes it."""
        for place in self.moments:
            if values[place] is not None:
                values[place] = connection.ops.adapt_datetimefield_value(datetime.fromisoformat(values[place]))
        for place in self.contents:
            values[place] = b64decode(values[place])
        return values


def tables() -> tuple[Table, ...]:
    """All tables of a backup: who is referred to comes before who refers."""
    own = [m for m in apps.get_app_config("store").get_models() if m._meta.db_table not in LEFT_OUT]
    first = [m for m in own if m._meta.db_table == "store_workspace"]
    staff = [get_user_model(), apps.get_model("mfa", "Authenticator")]
    return tuple(_table(model) for model in [*first, *(m for m in own if m not in first), *staff])


def _table(model: type[models.Model]) -> Table:
    fields = model._meta.concrete_fields
    return Table(
        model._meta.db_table,
        tuple(str(field.column) for field in fields),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.BooleanField)),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.DateTimeField)),
        isinstance(model._meta.pk, models.AutoField),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.JSONField)),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.BinaryField)),
        str(model._meta.pk.column),
        "" if isinstance(getattr(model._meta.pk, "target_field", model._meta.pk), models.AutoField) else "::uuid",
    )


def _canonical(document: Any) -> str:
    """A JSON document as one text, alike whether the database gives text or values."""
    value = orjson.loads(document) if isinstance(document, str) else document
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _utc(value: datetime | str | None) -> str | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
