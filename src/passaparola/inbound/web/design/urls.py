"""Addresses of style sheets and pictures."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.design.serving import media, theme

_WORKSPACE = r"(?P<workspace>[a-z0-9-]{1,64})"

urlpatterns: list[URLPattern] = [
    re_path(rf"^theme/{_WORKSPACE}/(?P<revision>[0-9a-f]{{16}})\.css\Z", theme, name="theme"),
    re_path(rf"^media/{_WORKSPACE}/(?P<digest>[0-9a-f]{{64}})\.(?P<extension>webp|png)\Z", media, name="media"),
]
