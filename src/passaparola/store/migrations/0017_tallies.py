from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import passaparola.store.models.fields


def _workspace() -> Any:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to="store.workspace",
    )


def _id() -> Any:
    return models.UUIDField(
        default=passaparola.store.models.fields.new_id, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Numbers that are counted ahead for the dashboard. The clock fills them from the rows."""

    dependencies = [
        ("store", "0016_share_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", _id()),
                ("program", models.UUIDField()),
                ("measure", models.CharField(max_length=16)),
                ("day", models.IntegerField()),
                ("detail", models.CharField(blank=True, default="", max_length=64)),
                ("unit", passaparola.store.models.fields.UnitField(blank=True, default="", max_length=16)),
                ("count", models.BigIntegerField()),
                ("minor", models.BigIntegerField()),
                ("workspace", _workspace()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "program", "measure", "day", "detail", "unit"), name="tally_single"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Tallied",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("program", models.UUIDField()),
                ("parts", models.TextField()),
                ("workspace", _workspace()),
            ],
        ),
        migrations.CreateModel(
            name="TallyMark",
            fields=[
                ("id", _id()),
                ("serial", models.BigIntegerField(default=0)),
                ("visits_until", passaparola.store.models.fields.InstantField(default=0)),
                ("revision", models.BigIntegerField(default=0)),
                ("workspace", _workspace()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace",), name="tallymark_single")]
            },
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", False)),
                fields=["workspace", "confirmed_at"],
                name="visit_confirmed",
            ),
        ),
    ]
