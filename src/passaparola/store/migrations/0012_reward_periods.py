from django.db import migrations, models

import passaparola.store.models.fields


class Migration(migrations.Migration):
    """When a reward was earned (of those before: when it was decided), and the limit under which it waits for room."""

    dependencies = [
        ("store", "0011_test_clock"),
    ]

    operations = [
        migrations.AddField(
            model_name="reward",
            name="earned_at",
            field=passaparola.store.models.fields.InstantField(null=True),
        ),
        migrations.AddField(
            model_name="reward",
            name="queued_on",
            field=models.CharField(max_length=200, null=True),
        ),
        migrations.RunSQL("UPDATE store_reward SET earned_at = created_at", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="reward",
            index=models.Index(
                fields=["workspace", "queued_on", "id"],
                name="reward_queued",
                condition=models.Q(queued_on__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            model_name="reward",
            constraint=models.CheckConstraint(
                condition=models.Q(queued_on__isnull=True) | models.Q(state="pending"), name="reward_queued_waits"
            ),
        ),
    ]
