from django.db import models

from .fields import InstantField, id_field, loose


class Setup(models.Model):
    """A program that somebody sets up by questions: what was answered so far. `program` is the slug of what came of it, once it runs."""

    id = id_field()
    workspace = loose("store.Workspace")
    answers = models.TextField(default="{}")  # a JSON object: step → question → what was said
    step = models.CharField(max_length=16)  # the furthest that was reached
    revision = models.BigIntegerField(default=0)
    program = models.CharField(max_length=64, blank=True, default="")
    begun_by = models.CharField(max_length=128)
    saved_by = models.CharField(max_length=128)
    begun_at = InstantField()
    saved_at = InstantField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "program"], name="setup_workspace")]


class Competitor(models.Model):
    """What another firm offers to both sides, as somebody saw it. Values are as they were written: an amount, or a share of an order."""

    id = id_field()
    workspace = loose("store.Workspace")
    name = models.CharField(max_length=120)
    website = models.CharField(max_length=2048, blank=True, default="")
    advocate = models.CharField(max_length=32, blank=True, default="")
    friend = models.CharField(max_length=32, blank=True, default="")
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True, default="")
    seen_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="competitor_single")]
