"""Addresses of branding and of the pages of programs."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.design import branding, pages

urls: list[URLPattern] = [
    path("settings/design/", branding.branding, name="design"),
    path("programs/<slug:slug>/page/", pages.blocks, name="program-page"),
    path("programs/<slug:slug>/page/look/", pages.looked_at, name="program-page-look"),
    path("programs/<slug:slug>/page/<str:language>/<str:block>/", pages.write, name="program-page-write"),
]
