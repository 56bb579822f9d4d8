from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose

KINDS = ["named", "missing"]
STATES = ["unconfirmed", "new", "asked", "open", "unmatched", "accepted", "refused", "lapsed"]


class ReferralRequest(models.Model):
    """A referral that somebody asks for: a friend names who told them, or an advocate misses a friend.

    `known_as` is the kind of identity that `friend` is. `friend`, `friend_name`, `said` (the name that was written) and `words` are
    personal data: cleared when it is decided or has lapsed. `person` is the advocate, once it is known who.
    `decided_at` of a request that still waits: since when the referral with this person is being entered.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=32, blank=True, default="")
    found = models.CharField(max_length=12, blank=True, default="")
    known_as = models.CharField(max_length=16, default="email")
    friend = models.CharField(max_length=320, blank=True, default="")
    friend_mac = models.CharField(max_length=64)
    friend_name = models.CharField(max_length=80, blank=True, default="")
    said = models.CharField(max_length=200, blank=True, default="")
    words = models.CharField(max_length=500, blank=True, default="")
    person = loose("store.Person", null=True)
    language = models.CharField(max_length=12, default="en")
    came_at = InstantField()
    created_at = InstantField()
    asked_at = InstantField(null=True)
    decided_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="referralrequest_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="referralrequest_state_known"),
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "id"], name="referralrequest_state"),
            models.Index(fields=["workspace", "person", "id"], name="referralrequest_person"),
            models.Index(fields=["workspace", "friend_mac", "created_at"], name="referralrequest_friend"),
        ]
