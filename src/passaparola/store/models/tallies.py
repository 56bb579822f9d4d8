from django.db import models

from .fields import InstantField, UnitField, id_field, loose


class Tally(models.Model):
    """Counted ahead, so that a page need not count it from the rows: one number of a program, by the day it belongs to.

    `program` is all zeros for what belongs to every program (told without a link of one). Written by the clock, from the rows alone;
    what came since is added when it is read (`store/read/tallies.py`), so that the sum is exact at every moment.
    """

    id = id_field()
    workspace = loose("store.Workspace")
    program = models.UUIDField()
    measure = models.CharField(max_length=16)
    day = models.IntegerField()  # since 1970, in UTC; 0 where the number has none
    detail = models.CharField(max_length=64, blank=True, default="")
    unit = UnitField(blank=True, default="")
    count = models.BigIntegerField()
    minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "program", "measure", "day", "detail", "unit"], name="tally_single"
            )
        ]


class Tallied(models.Model):
    """What a referral with its rewards, or a reward without one, adds to the tallies: taken away when it is counted again. JSON."""

    id = models.UUIDField(primary_key=True)  # the referral's, or the reward's
    workspace = loose("store.Workspace")
    program = models.UUIDField()
    parts = models.TextField()


class TallyMark(models.Model):
    """How far the tallies are filled: the last serial whose events and changes they hold, and until when visits are counted in them."""

    id = id_field()
    workspace = loose("store.Workspace")
    serial = models.BigIntegerField(default=0)
    visits_until = InstantField(default=0)
    revision = models.BigIntegerField(default=0)  # compared and set by every writer of tallies

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="tallymark_single")]
