from django.db import models

from .fields import InstantField, id_field, loose


class PublicName(models.Model):
    """The name by which somebody agreed to be shown in public. Personal data: gone when they take it back; wiped when staff took it away.

    `barred`: staff took it away, and the reason; until staff allow it again nobody is named.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    person = loose("store.Person")
    name = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=8, default="shown")
    reason = models.CharField(max_length=200, blank=True, default="")
    at = InstantField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person"], name="publicname_single"),
            models.CheckConstraint(
                condition=(models.Q(state="shown", reason="") & ~models.Q(name=""))
                | (models.Q(state="barred", name="") & ~models.Q(reason="")),
                name="publicname_shown_or_barred",
            ),
        ]


class BoardEntry(models.Model):
    """What a referral counts on the leaderboard of its program. Written by the clock, from the rows alone (actions/leaders/)."""

    id = models.UUIDField(primary_key=True)  # the referral's
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    advocate = loose("store.Person")  # as it was concluded: who stands for them now is asked when places are made
    at = InstantField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "program", "at", "advocate"], name="boardentry_period"),
            models.Index(fields=["workspace", "program", "advocate", "at"], name="boardentry_advocate"),
        ]


class BoardMark(models.Model):
    """How far the entries of a program are filled: the friends up to `filled` (all, where it is null), changes up to `serial`."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    by = models.CharField(max_length=16)
    serial = models.BigIntegerField()
    filled = models.UUIDField(null=True)
    revision = models.BigIntegerField(default=0)  # compared and set by every writer of entries

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "program"], name="boardmark_single")]


class Board(models.Model):
    """The standings of a period as they were taken last: `top` and `spread` are JSON (domain/leaders.py). No name is in it."""

    id = id_field()
    workspace = loose("store.Workspace")
    program = loose("store.Program")
    period = models.CharField(max_length=16)
    by = models.CharField(max_length=16)
    begins = InstantField()
    ends = InstantField()
    taken_at = InstantField()
    serial = models.BigIntegerField()
    top = models.TextField()
    spread = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "program", "period"], name="board_single")]
