"""The wiring as a Django app, so that its checks are found."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "passaparola.config"
    label = "config"

    def ready(self) -> None:
        from passaparola.config import checks  # noqa: F401, PLC0415  importing registers them
