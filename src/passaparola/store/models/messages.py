from django.db import models
from django.db.models import Q

from .fields import InstantField, id_field, loose


class Message(models.Model):
    """One mail to one person: waiting, then sent, suppressed, failed or dropped. Single by `key` in its workspace.

    The address is there while the mail waits and is cleared afterwards where nobody is known by it (`person` is null).
    """

    id = id_field()
    workspace = loose("store.Workspace")
    key = models.CharField(max_length=320)
    kind = models.CharField(max_length=32)
    person = loose("store.Person", null=True)
    program = loose("store.Program", null=True)
    address = models.CharField(max_length=320, blank=True, default="")  # personal data: cleared when it has left
    address_mac = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    facts = models.TextField(default="{}")  # JSON: what the template needs besides; ids, amounts, no addresses
    state = models.CharField(max_length=12, default="waiting")
    reason = models.CharField(max_length=48, blank=True, default="")
    attempts = models.IntegerField(default=0)
    due_at = InstantField()
    leased_until = InstantField(null=True)
    created_at = InstantField()
    ended_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="message_single"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "suppressed", "failed", "dropped"]), name="message_state"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state="waiting")),
            models.Index(
                fields=["due_at"],
                name="message_asked_for",
                condition=Q(state="waiting", kind__in=["join", "sign_in", "accept"]),
            ),
            models.Index(fields=["workspace", "created_at"], name="message_invites", condition=Q(kind="invite")),
            models.Index(fields=["workspace", "address_mac", "created_at"], name="message_address"),
            models.Index(fields=["workspace", "person"], name="message_person", condition=Q(person__isnull=False)),
        ]


class Suppression(models.Model):
    """An address that wants no more of our mail, known by a keyed hash only: it outlives an erasure, and holds for the installation."""

    id = id_field()
    address_mac = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=16)
    at = InstantField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["unsubscribed", "complaint", "bounce", "operator"]), name="suppression_reason"
            ),
        ]
