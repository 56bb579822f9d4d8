from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class Outbox(models.Model):
    """What is to be told outside, written with the decision that made it, delivered later under a lease."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    cause = models.CharField(max_length=64)
    notices = models.TextField()  # JSON: [{"topic": "reward.issued", "id": "…"}, …]
    state = models.CharField(max_length=16, default="waiting")
    attempts = models.IntegerField(default=0)
    due_at = InstantField()
    leased_until = InstantField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="outbox_due", condition=Q(state="waiting")),
            models.Index(fields=["workspace", "due_at", "id"], name="outbox_told", condition=Q(state="done")),
        ]
