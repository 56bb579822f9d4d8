"""Addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from passaparola.inbound.web.unsubscribe import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<str:token>", unsubscribe, name="unsubscribe"),
    path("", include("passaparola.inbound.web.operators.urls")),
]
