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
    """Leaderboards: by which name somebody agreed to be shown, and what is counted ahead. The clock fills the rest from the rows."""

    dependencies = [
        ("store", "0025_person_language"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicName",
            fields=[
                ("id", _id()),
                ("name", models.CharField(blank=True, default="", max_length=40)),
                ("state", models.CharField(default="shown", max_length=8)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("at", passaparola.store.models.fields.InstantField()),
                ("person", _loose("store.person")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "person"), name="publicname_single"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("state", "shown"), models.Q(("name", ""), _negated=True)),
                            models.Q(("name", ""), ("state", "barred"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="publicname_shown_or_barred",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="BoardEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", passaparola.store.models.fields.InstantField()),
                ("advocate", _loose("store.person")),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "program", "at", "advocate"], name="boardentry_period"),
                    models.Index(fields=["workspace", "program", "advocate", "at"], name="boardentry_advocate"),
                ]
            },
        ),
        migrations.CreateModel(
            name="BoardMark",
            fields=[
                ("id", _id()),
                ("by", models.CharField(max_length=16)),
                ("serial", models.BigIntegerField()),
                ("filled", models.UUIDField(null=True)),
                ("revision", models.BigIntegerField(default=0)),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "program"), name="boardmark_single")
                ]
            },
        ),
        migrations.CreateModel(
            name="Board",
            fields=[
                ("id", _id()),
                ("period", models.CharField(max_length=16)),
                ("by", models.CharField(max_length=16)),
                ("begins", passaparola.store.models.fields.InstantField()),
                ("ends", passaparola.store.models.fields.InstantField()),
                ("taken_at", passaparola.store.models.fields.InstantField()),
                ("serial", models.BigIntegerField()),
                ("top", models.TextField()),
                ("spread", models.TextField()),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "program", "period"), name="board_single")
                ]
            },
        ),
    ]
