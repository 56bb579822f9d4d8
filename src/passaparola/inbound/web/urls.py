"""Addresses of the pages for operators."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path

from passaparola.inbound.web.pages import SignIn, home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="sign-in"), name="sign-out"),
]
