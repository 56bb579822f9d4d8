from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import passaparola.store.models.fields


def _loose(to: str, null: bool = False) -> Any:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        null=null,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
    )


def _id() -> Any:
    return models.UUIDField(
        default=passaparola.store.models.fields.new_id, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Where a program is recommended, and who came to join there."""

    dependencies = [
        ("store", "0019_setup"),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=64)),
                ("slug", models.CharField(max_length=64, null=True, unique=True)),
                ("reach", models.BigIntegerField(null=True)),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("ended_at", passaparola.store.models.fields.InstantField(null=True)),
                ("link", _loose("store.sharelink", null=True)),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(link__isnull=False, slug__isnull=True)
                        | models.Q(link__isnull=True, slug__isnull=False),
                        name="placement_leads_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(reach__isnull=True) | models.Q(reach__gte=0), name="placement_reach"
                    ),
                ],
                "indexes": [models.Index(fields=["workspace", "program", "id"], name="placement_program")],
            },
        ),
        migrations.CreateModel(
            name="PlacedLink",
            fields=[
                ("id", _id()),
                ("link", _loose("store.sharelink")),
                ("placement", _loose("store.placement")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "link"), name="placedlink_single")],
                "indexes": [models.Index(fields=["workspace", "placement"], name="placedlink_placement")],
            },
        ),
    ]
