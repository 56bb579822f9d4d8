from django.db import models

from .fields import InstantField, id_field


class Workspace(models.Model):
    """One firm's live data, or its sandbox. `serial` counts the commits that wrote, `programs_version` the changes of programs."""

    id = id_field()
    slug = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    sandbox = models.BooleanField(default=False)
    serial = models.BigIntegerField(default=0)
    programs_version = models.BigIntegerField(default=0)
    merges = models.IntegerField(default=0)  # how many persons were merged: zero spares the look-up of aliases
    lateness_days = models.IntegerField(default=30)
    mail_paused_at = InstantField(null=True)  # kill switches: nothing leaves while they are set, nothing is lost
    rewards_paused_at = InstantField(null=True)
    invites_allowed_at = InstantField(null=True)  # the operator attested that invitations to friends may be mailed
    keeps_macs = models.BooleanField(
        default=False
    )  # whether forgotten addresses are kept as hashes: false spares the look-up
    invite_countries = models.CharField(max_length=800, blank=True, default="")  # ISO 3166, by commas; empty: all
    clock_at = InstantField(null=True)  # a sandbox's present, which stands still until it is moved; null: the real time
    contact_email = models.CharField(max_length=320, blank=True, default="")  # shown to people: the firm's own
    postal_address = models.CharField(max_length=500, blank=True, default="")
    website = models.CharField(max_length=2048, blank=True, default="")
    created_at = InstantField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(lateness_days__gte=0), name="workspace_lateness"),
            models.CheckConstraint(
                condition=models.Q(clock_at__isnull=True) | models.Q(sandbox=True), name="workspace_clock_in_sandbox"
            ),
        ]
