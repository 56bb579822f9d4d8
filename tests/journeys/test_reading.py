"""In which language somebody reads: their choice, else what their browser asks for, else the program's; and who asked for a way in."""

from django.db.models import QuerySet

from passaparola.actions.messages.languages import languages_for
from passaparola.store.models import Identity, Message, Person
from passaparola.store.session import reading
from tests.databases import only_sqlite
from tests.journeys.advocates import ADA, Browser, a_member, link_in_letter
from tests.journeys.caller import Shop
from tests.journeys.friends import BY_SIGNUP, ada, browser, firm
from tests.journeys.public_pages import PORTAL, public_pages, switched_off

pytestmark = only_sqlite


# (kept in this browser, chosen in the portal, asked for by the browser, what is read)
ORDER = [
    ("", "", "", "pl"),
    ("", "", "xx, de;q=0.5, *", "pl"),
    ("", "", "de, it-IT;q=0.4", "it"),
    ("xx", "", "", "pl"),
    ("ro", "", "it", "ro"),
    ("ro", "ar", "it", "ro"),
    ("", "ar", "it", "ar"),
]


def known_by(address: str) -> QuerySet[Person]:
    return Person.objects.filter(id__in=Identity.objects.filter(value=address).values("person_id"))


def test_every_page_is_read_as_they_chose_else_as_their_browser_asks_else_as_the_program_speaks(shop: Shop) -> None:
    link = ada(shop, BY_SIGNUP.replace("by-signup", "friends") + "language: pl\n")
    firm(shop.workspace)
    pages, me = public_pages(link, "friends"), a_member("mia@example.com")
    for kept, chosen, asked, read in ORDER:
        known_by("mia@example.com").update(language=chosen or None)
        headers = {"accept-language": asked} if asked else {}
        everybodys, own = (pages, PORTAL) if not kept + chosen + asked else (pages[:1] * (not chosen), PORTAL[-2:])
        for client, paths in ((browser(), everybodys), (me.client, own)):
            client.cookies["django_language"] = kept
            for path in paths:
                page = client.get(path, headers=headers)
                assert f'<html lang="{read}"' in page.content.decode(), (path, kept, chosen, asked)
                assert page.headers["Content-Language"] == read
    offers = [shop.get(f"/api/v1/offers?code={link.code}", **said).json for said in ({}, {"accept_language": "pl"})]
    assert offers[0] == offers[1] != shop.get(f"/api/v1/offers?code={link.code}", accept_language="en").json
    for path in switched_off(link):
        assert '<html lang="pl"' in browser().get(path).content.decode(), path


def test_a_language_that_is_chosen_in_the_portal_is_kept_for_other_browsers_and_for_mails(shop: Shop) -> None:
    me = a_member()
    assert me.send("/me/settings/", {"language": "xx"}, to="/me/language").status_code == 303
    assert known_by(ADA).get().language is None
    me.send("/me/settings/", {"language": "ro"}, to="/me/language")
    me.client.cookies.pop("django_language")
    assert '<html lang="ro"' in me.text("/me/rewards/")
    Browser("198.51.100.24").send("/me/sign-in/", {"email": ADA})
    assert Message.objects.get(kind="sign_in").language == "ro"
    with reading() as session:
        row = known_by(ADA).get()
        said = languages_for(session, shop.workspace, {row.id.hex: "0", "f" * 32: "1"})
    assert said == {row.id.hex: "ro"}


def test_prv08_the_mail_that_lets_somebody_in_names_the_network_that_asked_and_forgets_it(shop: Shop) -> None:
    a_member()
    Browser("198.51.100.23").send("/me/sign-in/", {"email": ADA})
    assert "198.51.100.23" in Message.objects.get(kind="sign_in").facts
    letter = link_in_letter(whole=True)
    assert "from the network 198.51.100.23" in " ".join(letter.split())
    assert Message.objects.get(kind="sign_in").facts == "{}"
