from django.db import migrations, models


class Migration(migrations.Migration):
    """For which of the firm's locations the link was that a visit came through."""

    dependencies = [
        ("store", "0022_visits_of_friends"),
    ]

    operations = [
        migrations.AddField(model_name="visit", name="location", field=models.CharField(max_length=32, null=True)),
    ]
