"""Where a program is about candidates, nothing that an advocate reads of them speaks of friends: pages, mails, widget, places."""

import re
from html import unescape

from passaparola.actions.outbox.fan_out import fan_out
from passaparola.actions.programs.apply import apply_program
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.placing import _in_the_firms
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.web.widget.saying import shown
from passaparola.outbound.mail.folder import mail_folder
from passaparola.store.models import ReferralRequest
from passaparola.store.read.offers import firm_of
from passaparola.store.session import reading
from tests.databases import only_sqlite
from tests.journeys.advocates import a_member, link_in_letter
from tests.journeys.caller import PROGRAM, Shop, now, purchase
from tests.journeys.friends import firm
from tests.journeys.public_pages import PORTAL

pytestmark = only_sqlite
CANDIDATES = PROGRAM.replace("currency:", "subject: candidate\ncurrency:")
TAGS, FRIENDS = (
    re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL),
    re.compile(r".{0,60}\bfriends?\b.{0,60}", re.IGNORECASE),
)


def of_friends(text: str) -> list[str]:
    """What a text says of friends."""
    return FRIENDS.findall(" ".join(unescape(TAGS.sub(" ", text)).split()))


def test_prg_14_nothing_that_is_said_of_a_candidate_speaks_of_a_friend(shop: Shop) -> None:
    firm(shop.workspace)
    apply_program(CANDIDATES.format(slug="friends"), workspace=shop.workspace, now=now(), actor="Olga")
    me = a_member()
    code = me.text("/me/").partition('<p class="code" dir="ltr">')[2][:8]
    said = shop.event([purchase("ben", "1", code=code)])
    assert said.status == 200, said.body
    me.send("/me/missing/", {"email": "carl@example.com", "day": "2026-11-01"})
    ReferralRequest.objects.update(state="refused", reason="friend_unknown")
    while fan_out(keys=the_keyring(), now=now()):
        pass
    link_in_letter(whole=True)
    read = {path: me.text(path) for path in [*PORTAL[:-1], "/join/friends", "/me/settings/?saved"]}
    read |= {path.name: path.read_text("utf-8") for path in mail_folder().glob("*.txt")}
    (program,) = (versions.live for versions in programs_of(shop.workspace).values())
    with reading() as session:
        of_firm = firm_of(session, shop.workspace)
    told = shown(program, of_firm, shop.workspace)
    read |= {
        "widget": str([*told.pop("say").values(), told["heading"], told["earning"]]),
        "place": str(_in_the_firms(program, of_firm)),
    }
    assert "The one under which we know you." in me.text("/told/friends")
    assert "A candidate, since" in read["/me/friends/"]
    assert any("Somebody came" in text for text in read.values())
    wrong = {name: found for name, text in read.items() if (found := of_friends(text))}
    assert not wrong, wrong
