from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose

STATES = ["proposed", "approved", "hidden", "withdrawn"]


class Quote(models.Model):
    """What somebody says of the firm in public. `person` where it is an advocate.

    `text`, `shown_as` and `consent_note` are personal data: cleared when the consent is withdrawn. `consent` is how it was given; empty:
    not yet.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.CharField(max_length=64, blank=True, default="")  # its slug; empty: every program
    text = models.CharField(max_length=280, blank=True, default="")
    shown_as = models.CharField(max_length=60, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    person = loose("store.Person", null=True)
    state = models.CharField(max_length=12)
    consent = models.CharField(max_length=12, blank=True, default="")
    consent_note = models.CharField(max_length=200, blank=True, default="")
    consented_at = InstantField(null=True)
    created_at = InstantField()
    decided_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="quote_state_known"),
            models.CheckConstraint(condition=~Q(state="approved", consent=""), name="quote_consented"),
            models.CheckConstraint(
                condition=Q(state="withdrawn", text="", shown_as="", consent_note="")
                | (~Q(state="withdrawn") & ~Q(text="") & ~Q(shown_as="")),
                name="quote_wiped",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "id"], name="quote_state"),
            models.Index(fields=["workspace", "person"], name="quote_person"),
        ]
