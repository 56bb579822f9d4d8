"""Addresses of the requests."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.requests import deciding, listing

urlpatterns: list[URLPattern] = [
    path("requests/", listing.requests, name="requests"),
    path("requests/<our_request:key>/", listing.request_page, name="request"),
    path("requests/<our_request:key>/accept/", deciding.accept, name="request-accept"),
    path("requests/<our_request:key>/refuse/", deciding.refuse, name="request-refuse"),
]
