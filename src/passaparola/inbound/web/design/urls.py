"""Addresses of style sheets and pictures."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.design.serving import media, preview, theme

_WORKSPACE = r"(?P<workspace>[a-z0-9-]{1,64})"

urlpatterns: list[URLPattern] = [
    re_path(rf"^theme/{_WORKSPACE}/(?P<revision>[0-9a-f]{{16}})\.css\Z", theme, name="theme"),
    re_path(rf"^media/{_WORKSPACE}/(?P<digest>[0-9a-f]{{64}})\.(?P<extension>webp|png)\Z", media, name="media"),
    re_path(
        rf"^media/{_WORKSPACE}/preview/(?P<program>[a-z0-9-]{{1,64}})/(?P<language>[a-z]{{2}})-(?P<digest>[0-9a-f]{{16}})\.png\Z",
        preview,
        name="preview",
    ),
]
