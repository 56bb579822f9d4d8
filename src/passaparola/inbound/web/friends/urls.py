"""Addresses of friends' pages. A slug is small letters, digits, hyphens and lines; nothing may follow it that is not listed here."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.friends.confirming import confirm, taken
from passaparola.inbound.web.friends.landing import accept, landing, played
from passaparola.inbound.web.friends.naming import confirm as confirm_told
from passaparola.inbound.web.friends.naming import told
from passaparola.inbound.web.friends.placed import placed

_SLUG, _TOKEN = r"(?P<slug>[A-Za-z0-9_-]{1,64})", r"(?P<token>[A-Za-z0-9_-]{20,200})"
_PROGRAM, _WORKSPACE = r"(?P<slug>[a-z0-9][a-z0-9-]{0,63})", r"(?P<workspace>[a-z0-9][a-z0-9-]{0,63})"

urlpatterns: list[URLPattern] = [
    re_path(rf"^told/yes/{_TOKEN}\Z", confirm_told, name="friend-told-confirm"),
    re_path(rf"^told/{_PROGRAM}\Z", told, name="friend-told"),
    re_path(rf"^told/{_WORKSPACE}/{_PROGRAM}\Z", told, name="friend-told-workspace"),
    re_path(rf"^l/accept/{_TOKEN}\Z", confirm, name="friend-confirm"),
    re_path(rf"^l/taken/{_TOKEN}\Z", taken, name="friend-taken"),
    re_path(rf"^p/{_SLUG}\Z", placed, name="placed"),
    re_path(rf"^l/{_SLUG}\Z", landing, name="friend-landing"),
    re_path(rf"^l/{_SLUG}/film\Z", played, name="friend-film"),
    re_path(rf"^l/{_SLUG}/accept\Z", accept, name="friend-accept"),
]
