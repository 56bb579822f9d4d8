from django.db import models

from .fields import InstantField, id_field, loose


class Program(models.Model):
    id = id_field()
    workspace = loose("store.Workspace")
    slug = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16, default="draft")
    live_version = models.IntegerField(null=True)
    created_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="program_single"),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "active", "paused", "ended", "archived"]), name="program_status"
            ),
        ]


class ProgramVersion(models.Model):
    """One version's file, as it was applied. `effective_from` is null while it is a draft."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    number = models.IntegerField()
    document = models.TextField()
    effective_from = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "program", "number"], name="version_single")]
