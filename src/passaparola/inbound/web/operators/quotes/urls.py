"""Addresses of the quotes."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.quotes import deciding, listing

urlpatterns: list[URLPattern] = [
    path("quotes/", listing.quotes, name="quotes"),
    path("quotes/<our_quote:key>/approve/", deciding.approve, name="quote-approve"),
    path("quotes/<our_quote:key>/hide/", deciding.hide, name="quote-hide"),
    path("quotes/<our_quote:key>/withdraw/", deciding.withdraw, name="quote-withdraw"),
]
