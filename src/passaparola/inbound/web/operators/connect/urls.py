"""Addresses of Connect."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.connect import entering, orders, site

urlpatterns: list[URLPattern] = [
    path("connect/", site.connect, name="connect"),
    path("connect/keys/", site.make_site_key, name="connect-make"),
    path("connect/orders/", orders.reported, name="connect-orders"),
    path("connect/orders/enter/", entering.enter, name="connect-order-enter"),
    path("connect/orders/<our_event:key>/confirm/", orders.confirm, name="connect-order-confirm"),
]
