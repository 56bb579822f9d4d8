from django.db import models
from django.db.models import F, Q

from .fields import InstantField, UnitField, id_field, loose


class Account(models.Model):
    """A place where value lies: per kind, program, person (none for the program's own) and unit. Its id is derived from those."""

    id = models.UUIDField(primary_key=True)
    workspace = loose("store.Workspace")
    kind = models.CharField(max_length=16)
    program = loose("store.Program")
    person = loose("store.Person", null=True)
    unit = UnitField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "person"], name="account_person", condition=Q(person__isnull=False))
        ]


class Transfer(models.Model):
    """One move of value, one row, never changed. Mistakes are reversed by new transfers."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    kind = models.CharField(max_length=8)
    purpose = models.CharField(max_length=8)
    cause = models.CharField(max_length=64)
    reward = loose("store.Reward")
    debit = loose("store.Account")
    credit = loose("store.Account")
    unit = UnitField()
    amount = models.BigIntegerField()
    pending = models.UUIDField(null=True)  # the pending transfer that this post or void ends
    at = InstantField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="transfer_two_accounts"),
            models.CheckConstraint(
                condition=Q(kind__in=["single", "pending", "post", "void", "reversal"]), name="transfer_kind"
            ),
            models.UniqueConstraint(
                fields=["workspace", "reward", "cause", "purpose", "kind", "debit"], name="transfer_single"
            ),
            models.UniqueConstraint(fields=["pending"], name="transfer_ends_once", condition=Q(pending__isnull=False)),
        ]
        indexes = [
            models.Index(fields=["debit"], name="transfer_debit"),
            models.Index(fields=["credit"], name="transfer_credit"),
            models.Index(fields=["batch"], name="transfer_batch"),
        ]


class Batch(models.Model):
    """One commit: its serial (the order of commits), how many transfers it wrote, and their digest."""

    id = models.UUIDField(primary_key=True)
    workspace = loose("store.Workspace")
    serial = models.BigIntegerField()
    entries = models.IntegerField()
    digest = models.CharField(max_length=64)
    at = InstantField()
    block = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "serial"], name="batch_serial")]


class Block(models.Model):
    """A seal: the batches of a range of serials, chained to the block before it."""

    id = id_field()
    workspace = loose("store.Workspace")
    height = models.BigIntegerField()
    first_serial = models.BigIntegerField()
    last_serial = models.BigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "height"], name="block_height")]


class Counter(models.Model):
    """What caps and budgets have used, and how many friends a milestone counts. Never above its ceiling."""

    id = id_field()
    workspace = loose("store.Workspace")
    key = models.CharField(max_length=255)
    used = models.BigIntegerField(default=0)
    ceiling = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="counter_single"),
            models.CheckConstraint(condition=Q(used__gte=0), name="counter_not_below_zero"),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(used__lte=F("ceiling")), name="counter_not_above_ceiling"
            ),
        ]
