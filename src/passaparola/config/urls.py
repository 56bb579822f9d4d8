"""Which address leads to which part of `inbound`."""

from django.urls import URLPattern, URLResolver, include, path

handler400 = "passaparola.inbound.web.nowhere.not_understood"
handler404 = "passaparola.inbound.web.nowhere.nothing_here"
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("passaparola.inbound.api.urls")),
    path("r/", include("passaparola.inbound.links.urls")),
    path("", include("passaparola.inbound.web.design.urls")),
    path("", include("passaparola.inbound.web.friends.urls")),
    path("", include("passaparola.inbound.web.widget.urls")),
    path("", include("passaparola.inbound.web.leaders.urls")),
    path("", include("passaparola.inbound.web.advocates.urls")),
    path("", include("passaparola.inbound.web.privacy.urls")),
    path("", include("passaparola.inbound.web.urls")),
]
