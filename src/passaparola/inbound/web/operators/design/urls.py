"""Addresses of branding and of the pages of programs."""

from django.urls import URLPattern, path, re_path

from passaparola.inbound.web.operators.design import branding, pages, pictures

urls: list[URLPattern] = [
    path("settings/design/", branding.branding, name="design"),
    path("settings/design/pictures/", pictures.all_pictures, name="design-pictures"),
    re_path(r"^settings/design/pictures/(?P<digest>[0-9a-f]{64})/delete/\Z", pictures.delete, name="picture-delete"),
    path("programs/<slug:slug>/page/", pages.blocks, name="program-page"),
    path("programs/<slug:slug>/page/look/", pages.looked_at, name="program-page-look"),
    path("programs/<slug:slug>/page/<str:language>/<str:block>/", pages.write, name="program-page-write"),
]
