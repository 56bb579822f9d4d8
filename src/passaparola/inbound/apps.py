"""The edge as a Django app: its templates, static files and commands."""

from django.apps import AppConfig


class InboundConfig(AppConfig):
    name = "passaparola.inbound"
    label = "inbound"
