"""What leaves the firm, what must be known for it, and what a person would rather have."""

from django.db import models
from django.db.models import Q

from .fields import InstantField, UnitField, id_field, loose


class Handover(models.Model):
    """A payout line: so much of one reward was paid, or sent. Natural key: the reward, and how much of it had been handed over before."""

    id = id_field()
    workspace = loose("store.Workspace")
    reward = loose("store.Reward")
    before = models.BigIntegerField(default=0)
    amount = models.BigIntegerField()
    unit = UnitField()
    reference = models.CharField(max_length=128)
    run = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=12, default="handed_over")
    revision = models.IntegerField(default=0)
    at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "reward", "before"], name="handover_single", condition=Q(state="handed_over")
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="handover_amount"),
            models.CheckConstraint(condition=Q(state__in=["handed_over", "taken_back"]), name="handover_state"),
        ]
        indexes = [models.Index(fields=["workspace", "at"], name="handover_at")]


class RewardDetail(models.Model):
    """What a person told us so that a thing can be made and sent: size, name. Personal data, apart from the books."""

    id = id_field()
    workspace = loose("store.Workspace")
    reward = loose("store.Reward")
    details = models.TextField()
    updated_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "reward"], name="reward_detail_single")]


class RewardPreference(models.Model):
    """Which of several rewards a person would rather have: one of each group of a program."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    choice = models.CharField(max_length=64)
    rule = models.CharField(max_length=64)
    at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "program", "person", "choice"], name="reward_preference_single"
            )
        ]
