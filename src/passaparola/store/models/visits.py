from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class Visit(models.Model):
    """A link was opened at our own redirect. Nothing of the visitor is kept: no address, no browser, no cookie.

    A `person`'s visit counts; a `machine`'s (preview, scanner, prefetch) does not; `unconfirmed` looks like a person's and becomes one
    when the landing page or an event confirms it. One that came from the spool late counts since `confirmed_at`, too. The id is made
    before the first attempt to write, so that a second finds the first.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    link = loose("store.ShareLink")
    at = InstantField()
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=32, blank=True, default="")
    confirmed_at = InstantField(null=True)
    location = models.CharField(max_length=32, null=True)  # of the firm, where the link was for one

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["person", "machine", "unconfirmed"]), name="visit_kind"),
        ]
        indexes = [
            models.Index(fields=["workspace", "link"], name="visit_link"),
            models.Index(
                fields=["workspace", "confirmed_at"],
                name="visit_confirmed",
                condition=Q(confirmed_at__isnull=False),
            ),
        ]
