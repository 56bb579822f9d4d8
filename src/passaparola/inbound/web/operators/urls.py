"""Addresses of the pages of staff, and of sign-in under `/accounts/`."""

from allauth.account import views as accounts
from allauth.mfa.webauthn.views import login_webauthn  # noqa: F401  its address is among mfa's own
from django.urls import URLPattern, URLResolver, include, path, re_path

from passaparola.inbound.web.operators import (
    desk,
    display,
    entering,
    findings,
    payouts,
    people,
    programs,
    referrals,
    rewards,
    settings,
)
from passaparola.inbound.web.operators.addresses import register_ids
from passaparola.inbound.web.operators.design.urls import urls as design_urls

register_ids()

SIGN_IN: list[URLPattern | URLResolver] = [
    path("login/", accounts.login, name="account_login"),
    path("logout/", accounts.logout, name="account_logout"),
    path("inactive/", accounts.account_inactive, name="account_inactive"),
    path("reauthenticate/", accounts.reauthenticate, name="account_reauthenticate"),
    path("password/change/", accounts.password_change, name="account_change_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", entering.go_on, name="account_reset_password_from_key_done"),
    path("password/reset/", entering.ask_a_colleague, name="account_reset_password"),
    path("second-factor/", include("allauth.mfa.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include(SIGN_IN)),
    path("", desk.home, name="home"),
    path("display", display.choose_display, name="display"),
    path("find", desk.find, name="find"),
    path("", include("passaparola.inbound.web.operators.writing.urls")),
    path("", include("passaparola.inbound.web.operators.setup.urls")),
    *design_urls,
    path("", include("passaparola.inbound.web.operators.sharing.urls")),
    path("", include("passaparola.inbound.web.operators.connect.urls")),
    path("", include("passaparola.inbound.web.operators.leaders.urls")),
    path("programs/<slug:slug>/", programs.program, name="program"),
    path("", include("passaparola.inbound.web.operators.numbers.urls")),
    path("programs/<slug:slug>/<str:verb>/", programs.change, name="program-change"),
    path("people/<our_person:key>/", people.person, name="person"),
    path("people/<our_person:key>/<our_advocate:advocate>/<str:verb>/", people.standing, name="advocate-standing"),
    path("people/<our_person:key>/<our_link:link>/<str:verb>/", people.switch, name="link-switch"),
    path("referrals/<our_referral:key>/", referrals.referral, name="referral"),
    path("payouts/", payouts.payouts, name="payouts"),
    path("payouts/handed-over/", payouts.hand_over_chosen, name="payouts-hand-over"),
    path("rewards/<our_reward:key>/", rewards.reward, name="reward"),
    path("rewards/<our_reward:key>/<str:verb>/", rewards.decide, name="reward-decide"),
    path("", include("passaparola.inbound.web.operators.requests.urls")),
    path("", include("passaparola.inbound.web.operators.quotes.urls")),
    path("findings/", findings.findings, name="findings"),
    path("findings/<our_finding:key>/resolve/", findings.resolve, name="finding-resolve"),
    path("settings/", settings.keys, name="settings"),
    path("", include("passaparola.inbound.web.operators.office.urls")),
    path("settings/keys/", settings.make_key, name="key-make"),
    path("settings/keys/<our_key:key>/revoke/", settings.revoke, name="key-revoke"),
]
