from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0006_webhooks"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="invite_countries",
            field=models.CharField(blank=True, default="", max_length=800),
        ),
    ]
