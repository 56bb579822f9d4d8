"""Addresses of what is prepared for sharing."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.sharing import texts

urls: list[URLPattern] = [
    path("programs/<slug:slug>/sharing/texts/", texts.texts, name="program-texts"),
    path("programs/<slug:slug>/sharing/texts/<str:language>/<str:channel>/", texts.write, name="program-text-write"),
]
