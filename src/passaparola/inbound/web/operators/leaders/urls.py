"""Addresses of leaderboards and public names."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.leaders import board

urlpatterns: list[URLPattern] = [
    path("programs/<slug:slug>/leaderboard/", board.leaderboard, name="program-leaders"),
    path("people/<our_person:key>/public-name/bar/", board.bar, name="public-name-bar"),
    path("people/<our_person:key>/public-name/allow/", board.allow, name="public-name-allow"),
]
