from django.db import models

from .fields import InstantField, id_field, loose


class ShareText(models.Model):
    """What stands ready when an advocate shares by a channel, in one language. Only a mail has a subject.

    Without a language and without words: the channel has no button.
    """

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


class Placement(models.Model):
    """A place where the program is recommended. In somebody's name it has their link; else its own slug, which leads to joining.

    A slug is unique everywhere, for it arrives without a workspace. `reach`: how many people are there, as the firm says.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=64)
    link = loose("store.ShareLink", null=True)
    slug = models.CharField(max_length=64, unique=True, null=True)
    reach = models.BigIntegerField(null=True)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(link__isnull=False, slug__isnull=True)
                | models.Q(link__isnull=True, slug__isnull=False),
                name="placement_leads_somewhere",
            ),
            models.CheckConstraint(
                condition=models.Q(reach__isnull=True) | models.Q(reach__gte=0), name="placement_reach"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "program", "id"], name="placement_program")]


class PlacedLink(models.Model):
    """The link of an advocate who came to join by a placement."""

    id = id_field()
    workspace = loose("store.Workspace")
    placement = loose("store.Placement")
    link = loose("store.ShareLink")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "link"], name="placedlink_single")]
        indexes = [models.Index(fields=["workspace", "placement"], name="placedlink_placement")]


class Material(models.Model):
    """Something that advocates may share: a picture, a text, a film, with their own link."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.CharField(max_length=64)  # its slug
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=12, blank=True, default="")  # empty: for every language
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True, default="")
    picture = models.CharField(max_length=64, blank=True, default="")  # the digest of a picture
    address = models.CharField(max_length=2048, blank=True, default="")
    created_at = InstantField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "program"], name="material_program")]
