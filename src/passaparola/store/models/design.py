from django.db import models

from .fields import InstantField, id_field, loose


class Picture(models.Model):
    """A picture as it is sent: read, bare of what the camera knew, made small. `digest` is the SHA-256 of its bytes."""

    id = id_field()
    workspace = loose("store.Workspace")
    digest = models.CharField(max_length=64)
    use = models.CharField(max_length=16)
    content_type = models.CharField(max_length=32)
    width = models.IntegerField()
    height = models.IntegerField()
    content = models.BinaryField()
    created_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "digest"], name="picture_single"),
            models.CheckConstraint(
                condition=models.Q(content_type__in=["image/webp", "image/png"]), name="picture_content_type"
            ),
        ]


class Branding(models.Model):
    """How a workspace looks, once for all its surfaces. `css` is the operator's own, cleaned and scoped; `custom_css` as it was written."""

    id = id_field()
    workspace = loose("store.Workspace")
    accent = models.CharField(max_length=7)
    typeface = models.CharField(max_length=16)
    corners = models.CharField(max_length=16)
    tone = models.CharField(max_length=16)
    logo = models.CharField(max_length=64, blank=True, default="")  # the digest of a picture
    custom_css = models.TextField(blank=True, default="")
    css = models.TextField(blank=True, default="")
    updated_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="branding_single")]


class PageText(models.Model):
    """What an operator wrote into one block of a program's landing page, in one language: a JSON object."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.CharField(max_length=64)  # its slug
    language = models.CharField(max_length=12)
    block = models.CharField(max_length=16)
    content = models.TextField()
    updated_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "language", "block"], name="pagetext_single")
        ]


class VideoPlay(models.Model):
    """A visitor asked for the film of a landing page: once a visit."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.CharField(max_length=64)
    visit = models.UUIDField()
    at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "program", "visit"], name="videoplay_single")]


class PersonalWords(models.Model):
    """What an advocate says to friends on the pages of their links in a program: words only, no links, no numbers."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    words = models.CharField(max_length=300)
    updated_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "person"], name="personalwords_single"),
            models.CheckConstraint(condition=~models.Q(words=""), name="personalwords_some"),
        ]
