"""Which shape of the database a backup was made from."""

from django.db.migrations.loader import MigrationLoader

APPS = ("store", "auth", "mfa")


def schema() -> dict[str, str]:
    """The newest migration of each app whose tables are in a backup, as this program knows them."""
    loader = MigrationLoader(None)
    return {app: name for app, name in loader.graph.leaf_nodes() if app in APPS}
