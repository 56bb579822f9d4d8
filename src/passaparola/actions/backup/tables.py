"""What a backup holds: every table of ours and the operators' accounts, in an order that a restore may follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

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
}
EMPTIED = (
    "auth_user_groups",
    "auth_user_user_permissions",
    "django_session",
)  # they point at accounts that are replaced
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its columns in order, and which of them need care between databases."""

    name: str
    columns: tuple[str, ...]
    flags: tuple[int, ...]  # places of booleans
    moments: tuple[int, ...]  # places of timestamps
    numbered: bool  # its key is counted up by the database

    def outward(self, row: Sequence[Any]) -> list[Any]:
        """A row as the archive holds it, alike from every database."""
        values = list(row)
        for place in self.flags:
            values[place] = None if values[place] is None else bool(values[place])
        for place in self.moments:
            values[place] = _utc(values[place])
        return values

    def inward(self, values: list[Any]) -> list[Any]:
        """A row as this database takes it."""
        for place in self.moments:
            if values[place] is not None:
                values[place] = connection.ops.adapt_datetimefield_value(datetime.fromisoformat(values[place]))
        return values


def tables() -> tuple[Table, ...]:
    """All tables of a backup: who is referred to comes before who refers."""
    own = list(apps.get_app_config("store").get_models())
    first = [m for m in own if m._meta.db_table == "store_workspace"]
    return tuple(_table(model) for model in [*first, *(m for m in own if m not in first), get_user_model()])


def _table(model: type[models.Model]) -> Table:
    fields = model._meta.concrete_fields
    return Table(
        model._meta.db_table,
        tuple(str(field.column) for field in fields),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.BooleanField)),
        tuple(i for i, field in enumerate(fields) if isinstance(field, models.DateTimeField)),
        isinstance(model._meta.pk, models.AutoField),
    )


def _utc(value: datetime | str | None) -> str | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
