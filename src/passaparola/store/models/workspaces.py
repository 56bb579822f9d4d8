from django.db import models

from .fields import InstantField, id_field


class Workspace(models.Model):
    """One firm's live data, or its sandbox. `serial` counts the commits that wrote, `programs_version` the changes of programs."""

    id = id_field()
    slug = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    sandbox = models.BooleanField(default=False)
    serial = models.BigIntegerField(default=0)
    programs_version = models.BigIntegerField(default=0)
    merges = models.IntegerField(default=0)  # how many persons were merged: zero spares the look-up of aliases
    lateness_days = models.IntegerField(default=30)
    created_at = InstantField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(lateness_days__gte=0), name="workspace_lateness")]
