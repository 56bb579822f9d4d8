from django.db import models
from django.db.models import Q

from .fields import InstantField, UnitField, id_field, loose

EVENT_TYPES = ["share", "visit", "signup", "purchase", "refund", "stage", "customer"]


class Event(models.Model):
    """A fact from outside, never changed. Natural key: workspace, source, external id. An order is the first event's that told of it."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    position = models.IntegerField()
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=255)
    type = models.CharField(max_length=16)
    occurred_at = InstantField()
    decided_at = InstantField()  # the `now` it was decided with
    until_due = models.BooleanField(default=False)  # what fell due before it was decided first (imports)
    late = models.BooleanField(default=False)
    person = loose("store.Person", null=True)
    other_person = loose("store.Person", null=True)  # share: to whom; otherwise: who is named as the advocate
    link = loose("store.ShareLink", null=True)
    order_key = models.CharField(max_length=255, null=True)
    refund_key = models.CharField(max_length=255, null=True)
    amount_minor = models.BigIntegerField(null=True)
    unit = UnitField(null=True)
    visit_ref = models.CharField(max_length=255, null=True)
    channel = models.CharField(max_length=64, blank=True, default="")
    customer_since = InstantField(null=True)
    only_date = models.BooleanField(default=False)
    outcome = models.CharField(max_length=32)
    content_hash = models.CharField(max_length=64)
    item = models.CharField(max_length=32, null=True)  # what a purchase paid for; NULL for a plain order
    stage = models.CharField(max_length=32, null=True)
    facts = models.TextField(null=True)  # JSON, what else is known

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "source", "external_id"], name="event_single"),
            models.UniqueConstraint(
                fields=["workspace", "order_key"],
                name="order_single",
                condition=Q(type="purchase", outcome="recorded"),
            ),
            models.CheckConstraint(condition=Q(type__in=EVENT_TYPES), name="event_type"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gte=0), name="event_amount"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "person"], name="event_person"),
            models.Index(fields=["workspace", "order_key"], name="event_order", condition=Q(order_key__isnull=False)),
            models.Index(
                fields=["workspace", "visit_ref"], name="event_visit_ref", condition=Q(visit_ref__isnull=False)
            ),
            models.Index(fields=["workspace", "other_person"], name="event_share_to", condition=Q(type="share")),
            models.Index(fields=["workspace", "external_id"], name="event_visit", condition=Q(type="visit")),
            models.Index(
                fields=["workspace", "link"],
                name="event_visit_link",
                condition=Q(type="visit", person__isnull=False, link__isnull=False),
            ),
            models.Index(
                fields=["workspace", "other_person"],
                name="event_visit_named",
                condition=Q(type="visit", person__isnull=False, other_person__isnull=False),
            ),
            models.Index(fields=["batch"], name="event_batch"),
        ]


class Act(models.Model):
    """What an operator, a checkout or the clock did: verb, input and time, enough to do it again."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    actor = models.CharField(max_length=128)
    verb = models.CharField(max_length=48)
    subject = models.CharField(max_length=255, blank=True, default="")
    input = models.TextField()
    at = InstantField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "subject"], name="act_subject"),
            models.Index(fields=["batch"], name="act_batch"),
        ]


class Decision(models.Model):
    """What one cause (an event, an act, a due time) meant for one referral, with its explanation as JSON."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    cause = models.CharField(max_length=64)
    event = loose("store.Event", null=True)
    referral = loose("store.Referral", null=True)
    program = loose("store.Program")
    version = models.IntegerField()
    at = InstantField()
    outcome = models.CharField(max_length=32)
    explanation = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "cause", "referral"], name="decision_single")]
        indexes = [models.Index(fields=["workspace", "referral"], name="decision_referral")]


class Finding(models.Model):
    """Something an operator should look at. Single by its key."""

    id = id_field()
    workspace = loose("store.Workspace")
    batch = models.UUIDField()
    kind = models.CharField(max_length=48)
    key = models.CharField(max_length=320)
    detail = models.TextField()
    at = InstantField()
    resolved_at = InstantField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "key"], name="finding_single")]
        indexes = [models.Index(fields=["workspace", "id"], name="finding_open", condition=Q(resolved_at__isnull=True))]
