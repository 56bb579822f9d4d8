"""Columns with one meaning everywhere."""

from typing import TYPE_CHECKING, Any

import uuid_utils.compat
from django.db import models

if TYPE_CHECKING:
    _Integer = models.BigIntegerField[Any, Any]
    _Char = models.CharField[Any, Any]
    _Uuid = models.UUIDField[Any, Any]
    _Reference = models.ForeignKey[Any, Any]
else:
    _Integer, _Char = models.BigIntegerField, models.CharField


def new_id() -> Any:
    """A UUIDv7: sorts by the time it was made."""
    return uuid_utils.compat.uuid7()


class InstantField(_Integer):
    """A moment: microseconds since 1970 in UTC, as in passaparola.domain.instant. Alike on every database."""


class UnitField(_Char):
    """An ISO 4217 currency, or a unit such as VOUCHER."""

    def __init__(self, **options: Any):
        options.setdefault("max_length", 16)
        super().__init__(**options)


def id_field() -> "_Uuid":
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def loose(to: str, **options: Any) -> "_Reference":
    """A reference that the database does not check row by row: hot tables are guarded by the checker (`ledger verify`) instead."""
    options.setdefault("db_index", False)
    return models.ForeignKey(to, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options)
