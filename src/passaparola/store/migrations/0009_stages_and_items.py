from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0008_forgotten_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="item",
            field=models.CharField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="stage",
            field=models.CharField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="facts",
            field=models.TextField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="event_type",
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("type__in", ["share", "visit", "signup", "purchase", "refund", "stage", "customer"])
                ),
                name="event_type",
            ),
        ),
    ]
