from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """By whom a friend was asked is looked up by the visits that are theirs, not in every open referral. Orders and sign-ups are in neither."""

    dependencies = [("store", "0021_materials")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["workspace", "link"],
                name="event_visit_link",
                condition=Q(type="visit", person__isnull=False, link__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["workspace", "other_person"],
                name="event_visit_named",
                condition=Q(type="visit", person__isnull=False, other_person__isnull=False),
            ),
        ),
    ]
