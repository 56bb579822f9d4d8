"""Addresses of advocates' pages. Nothing may follow that is not listed here."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.advocates import (
    choosing,
    entering,
    joining,
    keeping,
    materials,
    missed,
    named,
    portal,
    quoting,
    several,
    shared,
)

_SLUG, _WORKSPACE = r"(?P<slug>[a-z0-9][a-z0-9-]{0,63})", r"(?P<workspace>[a-z0-9][a-z0-9-]{0,63})"
_TOKEN, _LINK = r"(?P<token>[^/]{1,300})", r"(?P<link>[0-9a-f]{32})"
_KIND, _CHANNEL = r"(?P<kind>svg|png)", r"(?P<channel>[a-z]{1,32})"

urlpatterns: list[URLPattern] = [
    re_path(rf"^join/confirm/{_TOKEN}\Z", entering.confirm, name="join-confirm"),
    re_path(rf"^join/qr/{_LINK}\.{_KIND}\Z", joining.provisional_picture, name="join-qr"),
    re_path(rf"^join/share/{_LINK}/{_CHANNEL}\Z", joining.provisional_share, name="join-share"),
    re_path(rf"^join/{_SLUG}\Z", joining.join, name="join"),
    re_path(rf"^join/{_WORKSPACE}/{_SLUG}\Z", joining.join, name="join-workspace"),
    re_path(r"^me/\Z", portal.home, name="me"),
    re_path(r"^me/friends/\Z", portal.friends, name="me-friends"),
    re_path(r"^me/friends/(?P<key>[0-9a-f]{32})/answer\Z", named.answer_in_portal, name="me-named"),
    re_path(rf"^me/named/{_TOKEN}\Z", named.answer_by_mail, name="me-named-mail"),
    re_path(r"^me/choice\Z", choosing.choose_reward, name="me-choice"),
    re_path(r"^me/shares/\Z", shared.shares, name="me-shares"),
    re_path(r"^me/statement\.pdf\Z", keeping.statement_paper, name="me-statement"),
    re_path(r"^me/rewards\.csv\Z", keeping.statement_table, name="me-rewards-table"),
    re_path(r"^me/statement\.csv\Z", keeping.money_table, name="me-statement-table"),
    re_path(rf"^me/cards/{_LINK}\.pdf\Z", keeping.cards, name="me-cards"),
    re_path(r"^me/missing/\Z", missed.missing_friends, name="me-missing"),
    re_path(r"^me/materials/\Z", materials.materials, name="me-materials"),
    re_path(r"^me/materials/(?P<key>[0-9a-f]{32})\.(?P<form>png|pdf|txt)\Z", materials.material, name="me-material"),
    re_path(r"^me/rewards/\Z", portal.rewards, name="me-rewards"),
    re_path(r"^me/rewards/(?P<key>[0-9a-f]{32})/claim/\Z", portal.claim_reward, name="me-claim"),
    re_path(r"^me/quotes/\Z", quoting.quotes, name="me-quotes"),
    re_path(r"^me/quotes/(?P<key>[0-9a-f]{32})/withdraw\Z", quoting.withdraw, name="me-quote-withdraw"),
    re_path(r"^me/settings/\Z", portal.settings_page, name="me-settings"),
    re_path(r"^me/name\Z", portal.change_name, name="me-name"),
    re_path(r"^me/words\Z", portal.change_words, name="me-words"),
    re_path(r"^me/news\Z", portal.change_news, name="me-news"),
    re_path(r"^me/language\Z", portal.change_language, name="me-language"),
    re_path(rf"^me/qr/{_LINK}\.{_KIND}\Z", portal.own_picture, name="me-qr"),
    re_path(rf"^me/several/{_LINK}\Z", several.several, name="me-several"),
    re_path(rf"^me/share/{_LINK}/{_CHANNEL}\Z", portal.own_share, name="me-share"),
    re_path(r"^me/settings/public-name\Z", portal.change_public_name, name="me-public-name"),
    re_path(r"^me/sign-in/\Z", entering.sign_in, name="me-sign-in"),
    re_path(rf"^me/sign-in/{_WORKSPACE}/\Z", entering.sign_in, name="me-sign-in-workspace"),
    re_path(r"^me/sign-out\Z", entering.sign_out, name="me-sign-out"),
    re_path(rf"^me/enter/{_TOKEN}\Z", entering.enter, name="me-enter"),
]
