from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class Enrolment(models.Model):
    """Somebody asked to become an advocate with an e-mail address: a provisional person and link, theirs when the mail is confirmed.

    `browser` is the hash of the token that the asking browser holds; it dies with the confirmation. `address_mac` finds the same address
    again without keeping it: the address itself is cleared when it is confirmed or the enrolment has lapsed.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    link = loose("store.ShareLink")
    address = models.CharField(max_length=320, blank=True, default="")  # personal data: to be confirmed; cleared after
    address_mac = models.CharField(max_length=64)
    browser = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    state = models.CharField(max_length=12, default="provisional")
    created_at = InstantField()
    lapses_at = InstantField()
    confirmed_at = InstantField(null=True)
    invitation = loose("store.AdvocateInvitation", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["provisional", "confirmed", "lapsed"]), name="enrolment_state"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "address_mac", "created_at"], name="enrolment_address"),
            models.Index(fields=["workspace", "browser"], name="enrolment_browser"),
            models.Index(fields=["lapses_at"], name="enrolment_lapse", condition=Q(state="provisional")),
        ]


class MagicLink(models.Model):
    """A link in a mail that does one thing once, within minutes. The token is the signed id; nothing secret is kept here.

    `purpose`: enrol (subject: an enrolment), portal (a person), accept (an acceptance).
    """

    id = id_field()
    workspace = loose("store.Workspace")
    purpose = models.CharField(max_length=12)
    subject = models.UUIDField()
    program = loose("store.Program", null=True)
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=["enrol", "portal", "accept"]), name="magiclink_purpose"),
        ]
        indexes = [
            models.Index(fields=["workspace", "subject"], name="magiclink_subject"),
            models.Index(fields=["expires_at"], name="magiclink_age"),
        ]


class Acceptance(models.Model):
    """A friend took the offer of a landing page, with or without an address. `visit` is the visit that brought them."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    link = loose("store.ShareLink")
    visit = models.UUIDField()
    address = models.CharField(max_length=320, blank=True, default="")  # personal data: to be confirmed; cleared after
    address_mac = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=12, default="en")
    person = loose("store.Person", null=True)
    created_at = InstantField()
    confirmed_at = InstantField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "visit"], name="acceptance_single")]
        indexes = [
            models.Index(fields=["workspace", "address_mac", "created_at"], name="acceptance_address"),
            models.Index(fields=["created_at"], name="acceptance_age", condition=~Q(address="")),
        ]
