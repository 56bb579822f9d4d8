# People found by the mailbox that their addresses reach: a program may ask for friends whom the firm does not know under any spelling.

from typing import Any

from django.db import migrations

INDEX = (
    "CREATE INDEX identity_mailbox ON store_identity (workspace_id,"
    " (REPLACE(SUBSTR(value, 1, {at}(REPLACE(value, '@', '+'), '+') - 1), '.', '') || SUBSTR(value, {at}(value, '@'))), id)"
    " WHERE kind = 'email'"
)


def index_mailboxes(apps: object, editor: Any) -> None:
    editor.execute(INDEX.format(at="STRPOS" if editor.connection.vendor == "postgresql" else "INSTR"))


def drop_mailboxes(apps: object, editor: Any) -> None:
    editor.execute("DROP INDEX identity_mailbox")


class Migration(migrations.Migration):
    dependencies = [("store", "0026_leaderboards")]

    operations = [migrations.RunPython(index_mailboxes, drop_mailboxes)]
