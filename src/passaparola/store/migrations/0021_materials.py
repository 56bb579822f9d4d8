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


class Migration(migrations.Migration):
    """What advocates may share beside their words."""

    dependencies = [
        ("store", "0020_placements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=passaparola.store.models.fields.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("program", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("language", models.CharField(blank=True, default="", max_length=12)),
                ("title", models.CharField(max_length=120)),
                ("words", models.TextField(blank=True, default="")),
                ("picture", models.CharField(blank=True, default="", max_length=64)),
                ("address", models.CharField(blank=True, default="", max_length=2048)),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={"indexes": [models.Index(fields=["workspace", "program"], name="material_program")]},
        ),
    ]
