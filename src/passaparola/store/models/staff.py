from django.conf import settings
from django.db import models
from django.db.models import Q

ROLES = ("administrator", "marketing", "sales", "success", "support")


class StaffRole(models.Model):
    """What somebody of staff may do. An account without a row may do nothing but sign in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="staff_role"
    )
    role = models.CharField(max_length=16)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=ROLES), name="staffrole_role")]
