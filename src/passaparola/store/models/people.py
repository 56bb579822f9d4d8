from django.db import models

from .fields import InstantField, id_field, loose


class Person(models.Model):
    """Anybody we know: advocate, friend or both. Never a staff account. `alias_of` names the person who stands for a merged one."""

    id = id_field()
    workspace = loose("store.Workspace")
    name = models.CharField(
        max_length=200, blank=True, default=""
    )  # personal data: shown to the friend; kept until erased
    alias_of = loose("store.Person", null=True)
    revision = models.IntegerField(default=0)
    created_at = InstantField()

    class Meta:  # besides: person_name, person_surname of migration 0005, which Django cannot say for both databases
        indexes = [
            models.Index(fields=["workspace", "id"], name="person_ws"),
            models.Index(
                fields=["workspace", "alias_of"], name="person_alias", condition=models.Q(alias_of__isnull=False)
            ),
        ]


class Identity(models.Model):
    """One way to know a person: the shop's customer id, an e-mail address, a phone number, a device. Personal data, kept until erased.

    Besides, as `email_mac`, the keyed hash of the address of an invited friend who was forgotten; made at the time of the invitation.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=320)
    person = loose("store.Person")
    created_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="identity_single")]
        indexes = [models.Index(fields=["workspace", "person"], name="identity_person")]


class Advocate(models.Model):
    """A person's part in one program. `provisional` until they have confirmed their address: until then nothing is payable."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    status = models.CharField(max_length=16, default="active")
    joined_at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "person"], name="advocate_single"),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "provisional", "suspended"]), name="advocate_status"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "person"], name="advocate_person")]


class ShareLink(models.Model):
    """What an advocate gives away: a link (`slug`, unique everywhere, for it arrives without a workspace) and a speakable code."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    slug = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64)
    label = models.CharField(max_length=64, blank=True, default="")
    active = models.BooleanField(default=True)
    created_at = InstantField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "code"], name="code_single")]
        indexes = [models.Index(fields=["workspace", "program", "person"], name="link_advocate")]
