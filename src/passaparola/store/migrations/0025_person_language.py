from django.db import migrations, models


class Migration(migrations.Migration):
    """The language that a person chose: pages and mails speak it before any other."""

    dependencies = [
        ("store", "0024_quotes"),
    ]

    operations = [
        migrations.AddField(model_name="person", name="language", field=models.CharField(max_length=12, null=True)),
    ]
