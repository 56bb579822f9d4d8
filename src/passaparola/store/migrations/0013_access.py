from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import passaparola.store.models.fields


def _loose(to: str, **options: Any) -> Any:
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        to=to,
        **options,
    )


def _id() -> Any:
    return models.UUIDField(
        default=passaparola.store.models.fields.new_id, editable=False, primary_key=True, serialize=False
    )


class Migration(migrations.Migration):
    """Who may recommend: what the firm says of people, who is excluded and why, and invitations that are used once."""

    dependencies = [
        ("store", "0012_reward_periods"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="facts",
            field=models.TextField(null=True),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(facts__isnull=False), fields=["workspace", "id"], name="person_facts"
            ),
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", _id()),
                ("reason", models.CharField(max_length=500)),
                ("actor", models.CharField(max_length=128)),
                ("at", passaparola.store.models.fields.InstantField()),
                ("person", _loose("store.person")),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.UniqueConstraint(fields=("workspace", "program", "person"), name="exclusion_single"),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="exclusion_reason"),
        ),
        migrations.CreateModel(
            name="AdvocateInvitation",
            fields=[
                ("id", _id()),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("address", models.CharField(blank=True, default="", max_length=320)),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("expires_at", passaparola.store.models.fields.InstantField()),
                ("used_at", passaparola.store.models.fields.InstantField(null=True)),
                ("revoked_at", passaparola.store.models.fields.InstantField(null=True)),
                ("person", _loose("store.person", null=True)),
                ("program", _loose("store.program")),
                ("used_by", _loose("store.person", null=True)),
                ("workspace", _loose("store.workspace")),
            ],
        ),
        migrations.AddIndex(
            model_name="advocateinvitation",
            index=models.Index(fields=["workspace", "program", "id"], name="invitation_program"),
        ),
        migrations.AddConstraint(
            model_name="advocateinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("used_at__isnull", True), ("used_by__isnull", True)),
                    models.Q(
                        ("revoked_at__isnull", True), ("used_at__isnull", False), ("used_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="invitation_single",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="invitation",
            field=_loose("store.advocateinvitation", null=True),
        ),
    ]
