from django.db import models
from django.db.models import Q

from .fields import InstantField, UnitField, id_field, loose


class Referral(models.Model):
    """One friend in one program, begun by the friend's first event of any kind. `state` is their fold; the rest is read from it.

    `revision` is compared and set by every write.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    friend = loose("store.Person")
    revision = models.IntegerField(default=0)
    state = models.TextField()
    status = models.CharField(max_length=16, default="open")
    reason = models.CharField(max_length=32, null=True)
    refusals = models.TextField(default="[]")  # current refusals by rule: [[rule, occasion, reason], …]
    advocate_person = loose("store.Person", null=True)
    touch_kind = models.CharField(max_length=8, null=True)
    version = models.IntegerField(null=True)
    bound_at = InstantField(null=True)
    signed_up_at = InstantField(null=True)
    converted_at = InstantField(null=True)
    paid_orders = models.IntegerField(default=0)
    qualifying_orders = models.IntegerField(default=0)
    qualifying_minor = models.BigIntegerField(default=0)
    qualifying_unit = UnitField(null=True)
    qualifying_other = models.TextField(null=True)  # {unit: minor} of qualifying orders in further currencies
    has_rewards = models.BooleanField(default=False)
    created_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "friend"], name="referral_single"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "bound", "converted", "refused", "merged"]), name="referral_status"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "refused", "merged"]) | Q(advocate_person__isnull=False),
                name="referral_bound_to_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "program", "advocate_person"],
                name="referral_advocate",
                condition=Q(advocate_person__isnull=False),
            ),
            models.Index(fields=["workspace", "friend"], name="referral_friend"),
        ]
