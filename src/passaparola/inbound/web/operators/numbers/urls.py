"""Addresses of the dashboard and the lists."""

from django.urls import URLPattern, path

from passaparola.inbound.web.operators.numbers import board, rows, together

urlpatterns: list[URLPattern] = [
    path("dashboard/", board.board, name="dashboard"),
    path("programs/<slug:slug>/numbers/", board.board, name="program-numbers"),
    path("referrals/", rows.referrals, name="all-referrals"),
    path("rewards/", rows.rewards, name="all-rewards"),
    path("arrivals/", rows.arrivals, name="all-arrivals"),
    path("programs/<slug:slug>/referrals/", rows.referrals, name="program-referrals"),
    path("programs/<slug:slug>/rewards/", rows.rewards, name="program-rewards"),
    path("programs/<slug:slug>/arrivals/", rows.arrivals, name="program-arrivals"),
    path("rewards/together/<str:verb>/", together.together, name="rewards-together"),
]
