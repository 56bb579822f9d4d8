"""In which language somebody reads: their choice, else what their browser asks for, else the program's; and who asked for a way in."""

import pytest

from passaparola.actions.programs.apply import apply_program
from passaparola.store.models import Message
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, Browser, a_member, link_in_letter
from tests.journeys.caller import PROGRAM, Shop, now
from tests.journeys.friends import browser

pytestmark = only_sqlite


@pytest.mark.parametrize(
    ("chosen", "asked", "read"),
    [
        ("", "", "pl"),
        ("", "xx, de;q=0.5, *", "pl"),
        ("", "de, it-IT;q=0.4", "it"),
        ("ro", "it", "ro"),
        ("xx", "", "pl"),
    ],
)
def test_a_page_is_read_in_the_program_s_language_where_nobody_asks_for_another(
    shop: Shop, chosen: str, asked: str, read: str
) -> None:
    polish = PROGRAM.format(slug="friends") + "language: pl\n"
    apply_program(polish, workspace=shop.workspace, now=now(), actor="Olga")
    client = browser()
    if chosen:
        client.cookies["django_language"] = chosen
    headers = {"accept-language": asked} if asked else {}
    for path in ("/join/friends", "/told/friends"):
        page = client.get(path, headers=headers)
        assert f'<html lang="{read}"' in page.content.decode(), path
        assert page.headers["Content-Language"] == read


def test_prv08_the_mail_that_lets_somebody_in_names_the_network_that_asked_and_forgets_it(shop: Shop) -> None:
    a_member()
    Browser("198.51.100.23").send("/me/sign-in/", {"email": ADA})
    assert "198.51.100.23" in Message.objects.get(kind="sign_in").facts
    letter = link_in_letter(whole=True)
    assert "from the network 198.51.100.23" in " ".join(letter.split())
    assert Message.objects.get(kind="sign_in").facts == "{}"
