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
    """How a firm looks: branding, pictures, what is written on landing pages, and who asked for its film."""

    dependencies = [
        ("store", "0014_staff_role"),
    ]

    operations = [
        migrations.CreateModel(
            name="Branding",
            fields=[
                ("id", _id()),
                ("accent", models.CharField(max_length=7)),
                ("typeface", models.CharField(max_length=16)),
                ("corners", models.CharField(max_length=16)),
                ("tone", models.CharField(max_length=16)),
                ("logo", models.CharField(blank=True, default="", max_length=64)),
                ("custom_css", models.TextField(blank=True, default="")),
                ("css", models.TextField(blank=True, default="")),
                ("updated_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("workspace",), name="branding_single")]},
        ),
        migrations.CreateModel(
            name="PageText",
            fields=[
                ("id", _id()),
                ("program", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=12)),
                ("block", models.CharField(max_length=16)),
                ("content", models.TextField()),
                ("updated_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "program", "language", "block"), name="pagetext_single"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", _id()),
                ("digest", models.CharField(max_length=64)),
                ("use", models.CharField(max_length=16)),
                ("content_type", models.CharField(max_length=32)),
                ("width", models.IntegerField()),
                ("height", models.IntegerField()),
                ("content", models.BinaryField()),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "digest"), name="picture_single"),
                    models.CheckConstraint(
                        condition=models.Q(("content_type__in", ["image/webp", "image/png"])),
                        name="picture_content_type",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="VideoPlay",
            fields=[
                ("id", _id()),
                ("program", models.CharField(max_length=64)),
                ("visit", models.UUIDField()),
                ("at", passaparola.store.models.fields.InstantField()),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "program", "visit"), name="videoplay_single")
                ]
            },
        ),
        migrations.CreateModel(
            name="PersonalWords",
            fields=[
                ("id", _id()),
                ("words", models.CharField(max_length=300)),
                ("updated_at", passaparola.store.models.fields.InstantField()),
                ("person", _loose("store.person")),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "program", "person"), name="personalwords_single"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="personalwords_some"
                    ),
                ]
            },
        ),
    ]
