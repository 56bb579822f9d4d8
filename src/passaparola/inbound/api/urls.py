"""Addresses of the API below /api/v1/."""

from django.urls import URLPattern, URLResolver, path

from passaparola.inbound.api.interface import api

urlpatterns: list[URLPattern | URLResolver] = [path("", api.urls)]
