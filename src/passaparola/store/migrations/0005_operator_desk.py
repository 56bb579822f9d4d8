# What the pages of staff need: attempts to sign in are counted, lists of what waits, and people found by how their name begins.

from typing import Any

from django.db import migrations, models


# The first name and what follows it, and each identity, by byte order: a prefix is a range of it (store/read/search.py).
NAMES = {
    "postgresql": [
        """CREATE INDEX person_name ON store_person (workspace_id, LOWER(name) COLLATE "C")""",
        """CREATE INDEX person_surname ON store_person (workspace_id, LOWER(SUBSTR(name, STRPOS(name, ' ') + 1)) COLLATE "C")""",
        """CREATE INDEX identity_prefix ON store_identity (workspace_id, value COLLATE "C")""",
    ],
    "sqlite": [
        "CREATE INDEX person_name ON store_person (workspace_id, LOWER(name))",
        "CREATE INDEX person_surname ON store_person (workspace_id, LOWER(SUBSTR(name, INSTR(name, ' ') + 1)))",
        "CREATE INDEX identity_prefix ON store_identity (workspace_id, value)",
    ],
}


def index_names(apps: object, editor: Any) -> None:
    for statement in NAMES[editor.connection.vendor]:
        editor.execute(statement)


def drop_names(apps: object, editor: Any) -> None:
    for name in ("person_name", "person_surname", "identity_prefix"):
        editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_mail_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='CacheEntry',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(condition=models.Q(('resolved_at__isnull', True)), fields=['workspace', 'id'], name='finding_open'),
        ),
        migrations.AddIndex(
            model_name='reward',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['workspace', 'program'], name='reward_waiting'),
        ),
        migrations.RunPython(index_names, drop_names),
    ]
