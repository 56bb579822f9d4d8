"""Addresses of the widget. A new version that pages out there would not understand gets another number."""

from django.urls import URLPattern, re_path

from passaparola.inbound.web.widget import boards, conversions, doing, serving

_KEY = r"(?P<prefix>pp_pub_[a-z0-9]{4,16})"

urlpatterns: list[URLPattern] = [
    re_path(r"^w/v1/passaparola\.js\Z", serving.script, name="widget-script"),
    re_path(rf"^w/v1/{_KEY}/configuration\Z", serving.configuration, name="widget-configuration"),
    re_path(rf"^w/v1/{_KEY}/quotes\Z", serving.quotes, name="widget-quotes"),
    re_path(rf"^w/v1/{_KEY}/leaderboard\Z", boards.leaderboard, name="widget-leaderboard"),
    re_path(rf"^w/v1/{_KEY}/frame/(?P<kind>[a-z]{{1,16}})\Z", serving.frame, name="widget-frame"),
    re_path(rf"^w/v1/{_KEY}/conversions\Z", conversions.tell, name="widget-conversion"),
    re_path(rf"^w/v1/{_KEY}/join\Z", doing.join, name="widget-join"),
    re_path(rf"^w/v1/{_KEY}/user\Z", doing.user, name="widget-user"),
    re_path(rf"^w/v1/{_KEY}/portal\Z", doing.portal, name="widget-portal"),
    re_path(rf"^w/v1/{_KEY}/shares\Z", doing.share, name="widget-share"),
]
