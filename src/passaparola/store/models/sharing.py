from django.db import models

from .fields import InstantField, id_field, loose


class ShareText(models.Model):
    """What stands ready when an advocate shares by a channel, in one language. Only a mail has a subject."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.CharField(max_length=64)  # its slug
    language = models.CharField(max_length=12)
    channel = models.CharField(max_length=16)
    subject = models.CharField(max_length=160, blank=True, default="")
    words = models.TextField()
    updated_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "language", "channel"], name="sharetext_single")
        ]
