from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class ApiKey(models.Model):
    """A key for programs: only its hash is kept. `prefix` finds it. Publishable keys may do what a browser must, and nothing else."""

    id = id_field()
    workspace = models.ForeignKey("store.Workspace", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=24, unique=True)
    hash = models.CharField(max_length=64)
    publishable = models.BooleanField(default=False)
    scopes = models.TextField(default="[]")
    origins = models.TextField(default="[]")
    created_at = InstantField()
    last_used_at = InstantField(null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(hash=""), name="apikey_hash")]


class IdempotencyKey(models.Model):
    """A request that was answered: the same key and input get the same answer. Removed after 30 days; natural keys never expire."""

    id = id_field()
    workspace = loose("store.Workspace")
    principal = models.CharField(max_length=64)
    route = models.CharField(max_length=128)  # method and route template
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.IntegerField()
    content_type = models.CharField(max_length=64, default="application/json")
    body = models.TextField(null=True)  # null: rebuilt from the stored outcomes of `events`
    events = models.TextField(null=True)
    created_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "principal", "route", "key"], name="idempotency_single")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]


class RateCount(models.Model):
    """How often somebody asked within a window of time. `key` is a keyed hash of who asks and of the window: nobody's address is kept."""

    id = id_field()
    workspace = loose("store.Workspace")
    key = models.CharField(max_length=64)
    used = models.IntegerField(default=0)
    ends_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="rate_single")]
        indexes = [models.Index(fields=["ends_at"], name="rate_age")]


class CacheEntry(models.Model):
    """Django's cache as a table (its columns are Django's), where several processes count attempts to sign in together: PostgreSQL."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
