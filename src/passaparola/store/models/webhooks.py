from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class WebhookEndpoint(models.Model):
    """Where the firm's other systems hear of us. Secrets are encrypted; while one is replaced, both sign."""

    id = id_field()
    workspace = loose("store.Workspace")
    url = models.CharField(max_length=2048)
    description = models.CharField(max_length=200, blank=True, default="")
    topics = models.TextField(default="[]")  # JSON: topics or prefixes such as "reward."; empty: all
    secret = models.TextField()
    old_secret = models.TextField(blank=True, default="")
    old_secret_until = InstantField(null=True)
    state = models.CharField(max_length=12, default="enabled")
    reason = models.CharField(max_length=48, blank=True, default="")
    created_at = InstantField()
    removed_at = InstantField(null=True)
    replay_from = InstantField(null=True)  # while `replay_until` is set, what happened between is told again
    replay_until = InstantField(null=True)
    replay_after = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(secret=""), name="endpoint_secret"),
            models.CheckConstraint(condition=Q(state__in=["enabled", "disabled", "removed"]), name="endpoint_state"),
        ]
        indexes = [models.Index(fields=["workspace", "state"], name="endpoint_workspace")]


class WebhookDelivery(models.Model):
    """One message to one endpoint. `message` is its webhook-id: the same for all endpoints, attempts and replays."""

    id = id_field()
    workspace = loose("store.Workspace")
    endpoint = loose("store.WebhookEndpoint")
    message = models.CharField(max_length=64)
    topic = models.CharField(max_length=48)
    body = models.TextField()
    state = models.CharField(max_length=12, default="waiting")
    attempts = models.IntegerField(default=0)
    due_at = InstantField()
    leased_until = InstantField(null=True)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "endpoint", "message"], name="delivery_single"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "failed", "dropped"]), name="delivery_state"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["endpoint", "due_at"], name="delivery_waiting", condition=Q(state="waiting")),
            models.Index(fields=["workspace", "endpoint", "id"], name="delivery_log"),
        ]


class DeliveryAttempt(models.Model):
    """One try: what the endpoint answered, cut short, without inner addresses."""

    id = id_field()
    workspace = loose("store.Workspace")
    delivery = loose("store.WebhookDelivery")
    number = models.IntegerField()
    at = InstantField()
    milliseconds = models.IntegerField()
    status = models.IntegerField(null=True)
    problem = models.CharField(max_length=48, blank=True, default="")
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "delivery", "number"], name="attempt_single"),
        ]
