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
    """Programs that are set up by questions, and what competitors offer."""

    dependencies = [
        ("store", "0018_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="Competitor",
            fields=[
                ("id", _id()),
                ("name", models.CharField(max_length=120)),
                ("website", models.CharField(blank=True, default="", max_length=2048)),
                ("advocate", models.CharField(blank=True, default="", max_length=32)),
                ("friend", models.CharField(blank=True, default="", max_length=32)),
                ("currency", models.CharField(max_length=3)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                ("seen_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _workspace()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="competitor_single")]},
        ),
        migrations.CreateModel(
            name="Setup",
            fields=[
                ("id", _id()),
                ("answers", models.TextField(default="{}")),
                ("step", models.CharField(max_length=16)),
                ("revision", models.BigIntegerField(default=0)),
                ("program", models.CharField(blank=True, default="", max_length=64)),
                ("begun_by", models.CharField(max_length=128)),
                ("saved_by", models.CharField(max_length=128)),
                ("begun_at", passaparola.store.models.fields.InstantField()),
                ("saved_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _workspace()),
            ],
            options={"indexes": [models.Index(fields=["workspace", "program"], name="setup_workspace")]},
        ),
    ]
