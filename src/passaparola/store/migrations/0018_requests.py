from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import passaparola.store.models.fields
from passaparola.domain.people.name_key import name_key

PAGE = 2000


def _loose(to: str, *, null: bool = False) -> Any:
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


def keys_of_names(apps: Any, _schema: Any) -> None:
    """Whoever has a name already is found by it."""
    person, key = apps.get_model("store", "Person"), apps.get_model("store", "NameKey")
    named = person.objects.exclude(name="").order_by("id").values_list("id", "workspace_id", "name")
    last = None
    while page := list((named if last is None else named.filter(id__gt=last))[:PAGE]):
        key.objects.bulk_create(
            key(workspace_id=workspace, person_id=who, key=name_key(name)) for who, workspace, name in page
        )
        last = page[-1][0]


class Migration(migrations.Migration):
    """Referrals that are asked for: a friend names who told them, an advocate misses a friend; and names as they are compared."""

    dependencies = [
        ("store", "0017_tallies"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralRequest",
            fields=[
                ("id", _id()),
                ("kind", models.CharField(max_length=12)),
                ("state", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, default="", max_length=32)),
                ("found", models.CharField(blank=True, default="", max_length=12)),
                ("known_as", models.CharField(default="email", max_length=16)),
                ("friend", models.CharField(blank=True, default="", max_length=320)),
                ("friend_mac", models.CharField(max_length=64)),
                ("friend_name", models.CharField(blank=True, default="", max_length=80)),
                ("said", models.CharField(blank=True, default="", max_length=200)),
                ("words", models.CharField(blank=True, default="", max_length=500)),
                ("language", models.CharField(default="en", max_length=12)),
                ("came_at", passaparola.store.models.fields.InstantField()),
                ("created_at", passaparola.store.models.fields.InstantField()),
                ("asked_at", passaparola.store.models.fields.InstantField(null=True)),
                ("decided_at", passaparola.store.models.fields.InstantField(null=True)),
                ("person", _loose("store.person", null=True)),
                ("program", _loose("store.program")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "state", "id"], name="referralrequest_state"),
                    models.Index(fields=["workspace", "person", "id"], name="referralrequest_person"),
                    models.Index(fields=["workspace", "friend_mac", "created_at"], name="referralrequest_friend"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["named", "missing"])), name="referralrequest_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "unconfirmed", "new", "asked", "open", "unmatched", "accepted", "refused", "lapsed",
                                ],
                            )
                        ),
                        name="referralrequest_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NameKey",
            fields=[
                ("id", _id()),
                ("key", models.CharField(max_length=400)),
                ("person", _loose("store.person")),
                ("workspace", _loose("store.workspace")),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "key"], name="namekey_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "person"), name="namekey_single")
                ],
            },
        ),
        migrations.RunPython(keys_of_names, migrations.RunPython.noop),
    ]
