"""Addresses of leaderboards."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.leaders.page import leaders

_SLUG, _WORKSPACE = r"(?P<slug>[a-z0-9-]{1,64})", r"(?P<workspace>[a-z0-9][a-z0-9-]{0,63})"

urlpatterns: list[URLPattern] = [
    re_path(rf"^leaders/{_SLUG}\Z", leaders, name="leaders"),
    re_path(rf"^leaders/{_WORKSPACE}/{_SLUG}\Z", leaders, name="leaders-workspace"),
]
