from django.db import models
from django.db.models import F, Q

from .fields import InstantField, UnitField, id_field, loose


class Reward(models.Model):
    """One promise kept or waiting. Natural key: program, rule, side, beneficiary, occasion. Amounts in whole minor units of `unit`."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    referral = loose("store.Referral", null=True)
    rule = models.CharField(max_length=64)
    side = models.CharField(max_length=16)
    beneficiary = loose("store.Person")
    occasion = models.CharField(max_length=320)
    kind = models.CharField(max_length=24)
    unit = UnitField()
    amount = models.BigIntegerField()
    reversed = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    redeemed = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16)
    reason = models.CharField(max_length=32, null=True)
    by_person = models.BooleanField(default=False)
    hold_until = InstantField(null=True)
    issued_at = InstantField(null=True)
    expires_at = InstantField(null=True)
    pending_transfer = models.UUIDField(null=True)
    version = models.IntegerField()
    revision = models.IntegerField(default=0)
    created_at = InstantField()
    earned_at = InstantField(null=True)  # by whose period it counts
    queued_on = models.CharField(max_length=200, null=True)  # the limit under which it waits for room

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "program", "rule", "side", "beneficiary", "occasion"], name="reward_single"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reward_amount"),
            models.CheckConstraint(
                condition=Q(reversed__gte=0) & Q(reserved__gte=0) & Q(redeemed__gte=0) & Q(expired__gte=0),
                name="reward_parts",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("reversed") + F("reserved") + F("redeemed") + F("expired")),
                name="reward_not_above",
            ),
            models.CheckConstraint(
                condition=Q(queued_on__isnull=True) | Q(state="pending"), name="reward_queued_waits"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "referral"], name="reward_referral", condition=Q(referral__isnull=False)),
            models.Index(fields=["workspace", "beneficiary"], name="reward_beneficiary"),
            models.Index(fields=["workspace", "program"], name="reward_waiting", condition=Q(state="pending")),
            models.Index(
                fields=["workspace", "hold_until"],
                name="reward_hold_due",
                condition=Q(state="pending", hold_until__isnull=False),
            ),
            models.Index(
                fields=["workspace", "expires_at"],
                name="reward_expiry_due",
                condition=Q(state="issued", expires_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "queued_on", "id"], name="reward_queued", condition=Q(queued_on__isnull=False)
            ),
        ]


class RewardTransition(models.Model):
    """One step in the life of a reward: who, when, why. Never changed."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    reward = loose("store.Reward")
    cause = models.CharField(max_length=64)
    step = models.CharField(max_length=24)
    from_state = models.CharField(max_length=16, null=True)
    to_state = models.CharField(max_length=16)
    amount = models.BigIntegerField()  # net of the reward after the step
    reason = models.CharField(max_length=32, null=True)
    actor = models.CharField(max_length=128, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    at = InstantField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "reward"], name="transition_reward")]


class Voucher(models.Model):
    """The code that a person shows at a checkout. Single use; reserved for one order, then redeemed or released."""

    id = id_field()
    workspace = loose("store.Workspace")
    reward = loose("store.Reward")
    code = models.CharField(max_length=64)
    percent_bp = models.IntegerField(null=True)
    max_discount = models.BigIntegerField(null=True)
    min_order = models.BigIntegerField(null=True)
    limit_unit = UnitField(null=True)  # the currency of max_discount and min_order
    state = models.CharField(max_length=16, default="open")
    order_key = models.CharField(max_length=255, null=True)
    order_minor = models.BigIntegerField(null=True)
    order_unit = UnitField(null=True)
    discount_minor = models.BigIntegerField(null=True)
    reserved_until = InstantField(null=True)
    pending_transfer = models.UUIDField(null=True)
    revision = models.IntegerField(default=0)
    created_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "code"], name="voucher_code_single"),
            models.UniqueConstraint(fields=["workspace", "reward"], name="voucher_reward_single"),
            models.CheckConstraint(condition=Q(state__in=["open", "reserved", "redeemed"]), name="voucher_state"),
            models.CheckConstraint(condition=Q(state="open") | Q(order_key__isnull=False), name="voucher_order"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "reserved_until"], name="voucher_lease_due", condition=Q(state="reserved")
            ),
            models.Index(
                fields=["workspace", "order_key"], name="voucher_order_key", condition=Q(order_key__isnull=False)
            ),
        ]


class CreditReservation(models.Model):
    """Store credit set aside for one order at a checkout: reserved, then captured or released; a captured one may be returned."""

    id = id_field()
    workspace = loose("store.Workspace")
    person = loose("store.Person")
    unit = UnitField()
    amount = models.BigIntegerField()
    order_key = models.CharField(max_length=255)
    state = models.CharField(max_length=16, default="reserved")
    expires_at = InstantField(null=True)
    revision = models.IntegerField(default=0)
    created_at = InstantField()
    kind = models.CharField(max_length=24, default="store_credit")
    worth_minor = models.BigIntegerField(null=True)  # of points: what they take off
    worth_unit = UnitField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "order_key", "person", "unit", "kind"],
                name="reservation_single",
                condition=Q(state__in=["reserved", "captured"]),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_amount"),
            models.CheckConstraint(
                condition=Q(state__in=["reserved", "captured", "released", "returned"]), name="reservation_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "person"], name="reservation_person"),
            models.Index(fields=["workspace", "order_key"], name="reservation_order"),
            models.Index(fields=["workspace", "expires_at"], name="reservation_due", condition=Q(state="reserved")),
        ]


class CreditReservationLine(models.Model):
    """How much of which reward a reservation holds: the reward that expires first is used first."""

    id = id_field()
    workspace = loose("store.Workspace")
    reservation = loose("store.CreditReservation")
    reward = loose("store.Reward")
    amount = models.BigIntegerField()
    pending_transfer = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "reservation", "reward"], name="reservation_line_single"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reservation_line_amount"),
        ]
