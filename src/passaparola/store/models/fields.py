"""Columns with one meaning everywhere."""

from typing import Any

import uuid_utils.compat
from django.db import models


def new_id() -> Any:
    """A UUIDv7: sorts by the time it was made."""
    return uuid_utils.compat.uuid7()


class InstantField(models.BigIntegerField):
    """A moment: microseconds since 1970 in UTC, as in passaparola.domain.instant. Alike on every database."""


class UnitField(models.CharField):
    """An ISO 4217 currency, or a unit such as VOUCHER."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 16)
        super().__init__(**options)


def id_field() -> models.UUIDField:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def loose(to: str, **options: Any) -> models.ForeignKey:
    """A reference that the database does not check row by row: hot tables are guarded by the checker (`ledger verify`) instead."""
    options.setdefault("db_index", False)
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options)
