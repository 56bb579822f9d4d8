"""Addresses of the pages on cookies and privacy."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.privacy.pages import cookies, policy

urlpatterns: list[URLPattern] = [
    re_path(r"^cookies/\Z", cookies, name="cookies"),
    re_path(r"^privacy/\Z", policy, name="privacy"),
    re_path(r"^privacy/(?P<workspace>[a-z0-9][a-z0-9-]{0,63})/\Z", policy, name="privacy-workspace"),
]
