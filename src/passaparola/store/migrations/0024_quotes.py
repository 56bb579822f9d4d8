import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import passaparola.store.models.fields


class Migration(migrations.Migration):
    """What people say of the firm in public."""

    dependencies = [
        ("store", "0023_visit_location"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quote",
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
                ("program", models.CharField(blank=True, default="", max_length=64)),
                ("text", models.CharField(blank=True, default="", max_length=280)),
                ("shown_as", models.CharField(blank=True, default="", max_length=60)),
                ("language", models.CharField(blank=True, default="", max_length=12)),
                ("state", models.CharField(max_length=12)),
                ("consent", models.CharField(blank=True, default="", max_length=12)),
                ("consent_note", models.CharField(blank=True, default="", max_length=200)),
                ("consented_at", passaparola.store.models.fields.InstantField(null=True)),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("decided_at", passaparola.store.models.fields.InstantField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="store.person",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="store.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "state", "id"], name="quote_state"),
                    models.Index(fields=["workspace", "person"], name="quote_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state__in=["proposed", "approved", "hidden", "withdrawn"]),
                        name="quote_state_known",
                    ),
                    models.CheckConstraint(condition=~Q(state="approved", consent=""), name="quote_consented"),
                    models.CheckConstraint(
                        condition=Q(state="withdrawn", text="", shown_as="", consent_note="")
                        | (~Q(state="withdrawn") & ~Q(text="") & ~Q(shown_as="")),
                        name="quote_wiped",
                    ),
                ],
            },
        ),
    ]
