"""The address of links that lead nowhere; those that lead somewhere are answered before Django."""

from django.urls import URLPattern, URLResolver, path

from passaparola.inbound.links.pages import leads_nowhere

urlpatterns: list[URLPattern | URLResolver] = [path("<path:slug>", leads_nowhere, name="link")]
