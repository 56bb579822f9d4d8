from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The database: models, migrations, and the only code that reads and writes it."""

    name = "passaparola.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
