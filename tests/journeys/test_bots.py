"""G-16, A31: machines by their names: the list's own user agents, unfurlers as they call, and the browsers of people."""

import json
import re
from importlib.resources import files

import pytest
from crawleruseragents import CRAWLER_PATTERNS, CRAWLER_USER_AGENTS_DATA  # type: ignore[import-untyped]

from passaparola.inbound.links import bots
from passaparola.inbound.links.bots import is_bot

UNFURLERS = {
    "Slack": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Slack's images": "Slack-ImgProxy (+https://api.slack.com/robots)",
    "WhatsApp": "WhatsApp/2.23.20.0 A",
    "WhatsApp's desktop": "WhatsApp/2.2587.9 N",
    "Telegram": "TelegramBot (like TwitterBot)",
    "Facebook": "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "LinkedIn": "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "X": "Twitterbot/1.0",
    "Discord": "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "iMessage": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4"
    " facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Teams and Skype": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Bluesky": "Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)",
    "Mastodon": "Mastodon/4.2 (http.rb/5; +https://example.social/) Bot",
    "Viber": "Viber/20.0",
    "Office": "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)",
    "Office's probe": "Microsoft Office Existence Discovery",
    "old Office": "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
    "Google's images": "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "a headless browser": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
    "curl": "curl/8.1",
    "nobody": "",
    "blanks": "   ",
}
IN_APPS = {
    "Facebook": "Mobile/15E148 [FBAN/FBIOS;FBAV/440.0.0.32.108;FBBV/532]",
    "Instagram": "Mobile/15E148 Instagram 302.0.0.23.113 (iPhone14,7; iOS 16_6)",
    "Pinterest": "Mobile/15E148 [Pinterest/iOS]",
    "Snapchat": "Version/16.6 Mobile/15E148 Safari/604.1 Snapchat/12.50.0.33 (like Safari/8615, panda)",
    "LinkedIn": "Mobile/15E148 [LinkedInApp]/9.28",
    "X": "Mobile/15E148 Twitter for iPhone/10.1",
    "LINE": "Mobile/15E148 Safari Line/13.18.0",
    "WeChat": "Mobile/15E148 MicroMessenger/8.0.42 NetType/WIFI Language/en",
    "Google": "GSA/290.0 Mobile/15E148 Safari/604.1",
}
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


def browsers() -> list[str]:
    """User agents of people, as fake-useragent has collected them."""
    lines = (files("fake_useragent") / "data" / "browsers.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["useragent"] for line in lines]


def test_every_machine_of_the_list_is_known() -> None:
    own = [agent for entry in CRAWLER_USER_AGENTS_DATA for agent in entry["instances"]]
    assert len(own) > 2_000
    missed = [agent for agent in own if not is_bot(agent)]
    assert not missed, missed[:5]


@pytest.mark.parametrize("pattern", ["Googlebot\\/", "bingbot", "europarchive\\.org"])
def test_a_list_that_lacks_one_entry_is_caught(monkeypatch: pytest.MonkeyPatch, pattern: str) -> None:
    """The planted fault: the list without one of its machines, whose names no other entry has."""
    names = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA if entry["pattern"] != pattern]
    assert len(names) == len(CRAWLER_USER_AGENTS_DATA) - 1
    monkeypatch.setattr(CRAWLER_PATTERNS, "_chunks_case_sensitive", [re.compile(p) for p in names])
    monkeypatch.setattr(bots, "_verdicts", {})
    with pytest.raises(AssertionError):
        test_every_machine_of_the_list_is_known()


def test_of_a_thousand_people_at_most_one_is_taken_for_a_machine() -> None:
    people = browsers()
    assert len(people) > 5_000
    lost = [agent for agent in people if is_bot(agent)]
    assert len(lost) / len(people) <= 0.001, lost[:5]


def test_a_list_that_finds_bots_everywhere_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: "Mobile" on the list."""
    monkeypatch.setattr(bots, "MORE", ("Mobile",))
    monkeypatch.setattr(bots, "_verdicts", {})
    people = browsers()[:1_000]
    assert sum(map(is_bot, people)) / len(people) > 0.001


@pytest.mark.parametrize("name", UNFURLERS)
def test_an_unfurler_is_a_machine(name: str) -> None:
    assert is_bot(UNFURLERS[name])


@pytest.mark.parametrize("name", IN_APPS)
def test_a_person_who_reads_in_an_app_is_none(name: str) -> None:
    assert not is_bot(IPHONE + IN_APPS[name])


def test_the_verdicts_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: dict[str, bool] = {}
    monkeypatch.setattr(bots, "_verdicts", remembered)
    monkeypatch.setattr(bots, "MOST", 10)
    for n in range(25):
        is_bot(f"curl/{n}")
    assert len(remembered) <= 10
    is_bot("Mozilla/5.0 " + "x" * 10_000)
    assert max(map(len, remembered)) <= bots.LONGEST
