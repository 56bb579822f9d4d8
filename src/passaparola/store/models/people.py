from django.db import models

from .fields import InstantField, id_field, loose


class Person(models.Model):
    """Anybody we know: advocate, friend or both. Never a staff account. `alias_of` names the person who stands for a merged one."""

    id = id_field()
    workspace = loose("store.Workspace")
    name = models.CharField(
        max_length=200, blank=True, default=""
    )  # personal data: shown to the friend; kept until erased
    facts = models.TextField(null=True)  # personal data: JSON of what the firm says of them (domain/people/facts.py)
    language = models.CharField(max_length=12, null=True)  # the one they chose themselves, if they did
    alias_of = loose("store.Person", null=True)
    revision = models.IntegerField(default=0)
    created_at = InstantField()

    class Meta:  # besides: person_name, person_surname of migration 0005, which Django cannot say for both databases
        indexes = [
            models.Index(fields=["workspace", "id"], name="person_ws"),
            models.Index(
                fields=["workspace", "alias_of"], name="person_alias", condition=models.Q(alias_of__isnull=False)
            ),
            models.Index(fields=["workspace", "id"], name="person_facts", condition=models.Q(facts__isnull=False)),
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

    class Meta:  # besides: identity_prefix of migration 0005, identity_mailbox of 0027
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="identity_single")]
        indexes = [models.Index(fields=["workspace", "person"], name="identity_person")]


class NameKey(models.Model):
    """How a person's name is compared (domain/people/name_key.py). Personal data, kept with the name."""

    id = id_field()
    workspace = loose("store.Workspace")
    person = loose("store.Person")
    key = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="namekey_single")]
        indexes = [models.Index(fields=["workspace", "key"], name="namekey_key")]


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


class Exclusion(models.Model):
    """Somebody who may not recommend in a program, and why: an operator's words, for staff only."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    person = loose("store.Person")
    reason = models.CharField(max_length=500)
    actor = models.CharField(max_length=128)
    at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "program", "person"], name="exclusion_single"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="exclusion_reason"),
        ]


class AdvocateInvitation(models.Model):
    """A token that lets one person into a program, once. Only its hash is kept. `person`, `address`: for whom it is, where that is said."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    token_hash = models.CharField(max_length=64, unique=True)
    person = loose("store.Person", null=True)
    address = models.CharField(max_length=320, blank=True, default="")  # personal data; cleared when it has ended
    created_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)
    used_by = loose("store.Person", null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False, revoked_at__isnull=True),
                name="invitation_single",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "program", "id"], name="invitation_program")]
