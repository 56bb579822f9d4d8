"""Addresses of the gallery and the editor."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.writing import editor, gallery

urlpatterns: list[URLPattern] = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("gallery/<slug:name>/", gallery.begin, name="gallery-begin"),
    path("programs/<slug:slug>/file/", editor.program_file, name="program-file"),
    path("programs/<slug:slug>/file/<int:number>/return/", editor.take_back, name="program-return"),
]
