from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import passaparola.store.models.fields


def _loose(to: str) -> Any:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


def _id() -> Any:
    return models.UUIDField(
        default=passaparola.store.models.fields.new_id, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """The firm's own texts for sharing."""

    dependencies = [
        ("store", "0015_design"),
    ]

    operations = [
        migrations.CreateModel(
            name="ShareText",
            fields=[
                ("id", _id()),
                ("program", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=16)),
                ("subject", models.CharField(blank=True, default="", max_length=160)),
                ("words", models.TextField()),
                ("updated_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "program", "language", "channel"), name="sharetext_single"
                    )
                ]
            },
        ),
    ]
