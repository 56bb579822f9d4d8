from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_invite_countries"),
    ]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="keeps_macs",
            field=models.BooleanField(default=False),
        ),
    ]
