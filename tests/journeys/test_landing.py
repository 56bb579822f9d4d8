"""The landing page with all that a firm wrote on it, in its look: what a friend gets, what nobody can slip in, what is kept by whom."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from passaparola.actions.acting import Asked, done
from passaparola.actions.design.branding import change_branding
from passaparola.actions.design.pages import write_block, write_words
from passaparola.actions.design.pictures import read_picture, take_picture
from passaparola.domain.design.choices import PictureUse
from passaparola.domain.instant import SECOND
from passaparola.outbound.mail.compose import compose
from passaparola.outbound.mail.letter import Firm, Letter
from passaparola.store.models import ShareLink
from tests.databases import only_sqlite
from tests.journeys.advocates import a_member
from tests.journeys.caller import Shop, now
from tests.journeys.friends import Link, ada, browser, firm, one, settled
from tests.journeys.staff import send, signed_in
from tests.journeys.test_design import photo

FILM = "https://youtu.be/dQw4w9WgXcQ"


def asked(shop: Shop) -> Asked:
    return Asked(shop.workspace, now(), "Olga")


def written(shop: Shop, block: str, language: str = "en", **content: Any) -> None:
    done(write_block("by-order", language, block, content, asked=asked(shop)))


def whole(shop: Shop) -> Link:
    """Ada's page with every block."""
    firm(shop.workspace)
    link = ada(shop)
    kept = [
        done(take_picture(read_picture(photo((900, 600)), use, most_bytes=10**7), asked=asked(shop)))
        for use in PictureUse
    ]
    digests = {picture.use: picture.digest for picture in kept}
    written(shop, "hero", picture=digests["hero"], alt="Our oven")
    written(shop, "message", words="Bread since 1921.")
    written(shop, "message", "pl", words="Chleb od 1921.")
    written(
        shop,
        "product",
        name="Rye",
        words="Three days of dough",
        picture=digests["product"],
        link="https://shop.example/rye",
    )
    written(shop, "video", address=FILM, title="How we bake", poster=digests["poster"])
    written(shop, "questions", items=[{"question": "Open on Sunday?", "answer": "Until noon."}])
    written(shop, "values", words="Flour from here.")
    written(shop, "contact", phone="+39 06 555 0100")
    for text in ("As my mother baked it", "Crust like nowhere", "I drive an hour for it"):
        said = {"text": text, "shown_as": "Anna, Kraków", "consent": {"by": "paper"}, "person": f"per_{link.person}"}
        shop.post(f"/api/v1/quotes/{shop.post('/api/v1/quotes', said).json['id']}/approve", {})
    return link


@only_sqlite
def test_pag_01_the_page_has_every_block_and_weighs_little(shop: Shop) -> None:
    link = whole(shop)
    page = browser().get(f"{link.page}?v={link.token()}")
    text = page.content.decode()
    for words in (
        "Bread since 1921.",
        "Rye",
        "How we bake",
        "Open on Sunday?",
        "I drive an hour for it",
        "Flour from here.",
        "tel:+39065550100",
    ):
        assert words in text
    for words in ("How it works", "Conditions", "paid recommendation", "hello@shop.example", "Take the offer"):
        assert words in text
    assert "Chleb" in browser().get(link.page, headers={"accept-language": "pl"}).content.decode()

    assert not page.cookies
    pictures = re.findall(r'<img[^>]+src="(/media/[^"]+)"([^>]*)>', text)
    assert all("width=" in rest and "height=" in rest for _, rest in pictures)
    assert [("lazy" in rest) for _, rest in pictures] == [False, True, True]
    assert sum(len(browser().get(path).content) for path, _ in pictures) <= 100_000
    loaded = re.findall(r'(?:href|src)="(/(?:static|theme)/[^"]+\.(?:css|js))"', text)
    assert len(text.encode()) + sum(len(b"".join(browser().get(path))) for path in loaded) < 60_000


@only_sqlite
def test_pag_08_nothing_of_a_film_is_loaded_before_a_click_and_each_visit_plays_it_once(shop: Shop) -> None:
    link = whole(shop)
    token = link.token()
    page = browser().get(f"{link.page}?v={token}")
    assert not re.findall(r'(?:src|action)="https?://', page.content.decode())
    assert "frame-src https://www.youtube-nocookie.com" in page.headers["Content-Security-Policy"]
    address = re.findall(r'data-counted="([^"]+)"', page.content.decode())[0]
    for counted in (address, address, f"{link.page}/film?v=forged", f"{link.page}/film"):
        assert browser().post(counted).status_code == 204
    assert browser().get(address).status_code == 405, "a look changes nothing"
    settled()
    assert one("SELECT COUNT(*) FROM store_videoplay") == 1
    browser().post(f"{link.page}/accept", {"v": token})
    browser().get(link.page)
    settled()
    told = shop.get("/api/v1/programs/by-order/page").json
    assert [told[name] for name in ("opened", "taken", "plays")] == [2, 1, 1], "PAG-01: from view to registration"


@only_sqlite
def test_pag_05_a_colour_appears_on_the_page_the_portal_and_in_mails(shop: Shop) -> None:
    firm(shop.workspace)
    link = ada(shop)
    written(shop, "contact", phone="+39 06 555 0100")
    plain = browser().get(link.page).content.decode()
    assert "/theme/" not in plain
    assert "stand for" not in plain, "a block that nobody wrote is not there"
    done(change_branding({"accent": "#1d4ed8"}, asked=asked(shop)))
    for address in (link.page, "/join/by-order"):
        sheet = re.findall(r'href="(/theme/[^"]+)"', browser().get(address).content.decode())
        assert b"--accent:#1d4ed8" in browser().get(sheet[0]).content, address
    look = one_look(shop)
    facts = {"address": "https://refer.example/x", "minutes": 30, "program": "Five each", "known": False}
    mail = compose(Letter("a" * 32, "sign_in", "ada@example.com", "en", Firm("Shop", look=look), facts))
    html = str(mail.alternatives[0][0])
    assert "#1d4ed8" in html
    assert "#0f766e" not in html


def one_look(shop: Shop) -> Any:
    from passaparola.actions.design.branding import look_of
    from passaparola.store.read.design import branding_of
    from passaparola.store.session import reading

    with reading() as session:
        return look_of(branding_of(session, shop.workspace))


@only_sqlite
def test_pag_09_who_comes_again_is_greeted_with_what_is_theirs(shop: Shop) -> None:
    firm(shop.workspace)
    link, ben = ada(shop), browser()
    token = link.token()
    assert "again" not in ben.get(f"{link.page}?v={token}").content.decode()
    assert "still here for you" in ben.get(f"{link.page}?v={link.token(at=now() - 3600 * SECOND)}").content.decode()
    ben.post(f"{link.page}/accept", {"v": token})
    again = ben.get(f"{link.page}?v={token}").content.decode()
    assert "Good to see you again" in again
    assert ben.get(re.findall(r'href="(/l/[^"]+/accept\?v=[^"]+)"', again)[0]).status_code == 200
    assert not ben.cookies


@only_sqlite
@pytest.mark.parametrize("language", ["en", "ar"])
def test_shr_04_a_preview_has_a_title_and_a_picture_of_its_own_in_each_language(shop: Shop, language: str) -> None:
    firm(shop.workspace)
    link = ada(shop, name="Secretname")
    page = browser().get(link.page, headers={"accept-language": language, "x-forwarded-host": "evil.example"})
    told = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)"', page.content.decode())
    )
    assert {"og:title", "og:description", "og:url", "og:image", "og:image:alt", "og:site_name", "twitter:card"} <= set(
        told
    )
    assert not any("Secretname" in words or "evil" in words for words in told.values())
    assert told["og:url"] == f"http://localhost:8000{link.page}"
    path = told["og:image"].removeprefix("http://localhost:8000")
    picture = browser().get(path)
    opened = Image.open(io.BytesIO(picture.content))
    assert (opened.size, opened.format) == ((1200, 630), "PNG")
    assert len(picture.content) <= 100_000
    assert "immutable" in picture.headers["Cache-Control"]
    other = "0" * 16
    assert browser().get(re.sub(r"[0-9a-f]{16}\.png", f"{other}.png", path)).status_code == 404


@only_sqlite
def test_a33_hostile_words_stand_inert_on_the_page_and_in_previews(shop: Shop) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)> {{7*7}} ${7*7}'
    link = whole(shop)
    firm(shop.workspace, name=hostile[:200])
    for block, content in (
        ("message", {"words": hostile}),
        ("product", {"name": hostile[:80], "words": hostile, "link": 'https://shop.example/?a="><script>'}),
        ("questions", {"items": [{"question": hostile, "answer": hostile}]}),
        ("values", {"title": hostile[:80], "words": hostile}),
        ("video", {"address": FILM, "title": hostile}),
        ("contact", {"phone": '"><script>alert(1)</script>'}),
    ):
        written(shop, block, **content)
    text = browser().get(link.page).content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "{{7*7}}" in text, "as it was written"
    done(write_words(link.program, link.person, "<b>Try it</b> www.evil.example +39 333 1234567", asked=asked(shop)))
    said = browser().get(link.page).content.decode()
    assert '<p dir="auto">Try it</p>' in said
    assert "evil.example" not in said


@only_sqlite
def test_a78_what_is_kept_by_caches_holds_nothing_of_a_person(shop: Shop) -> None:
    link = whole(shop)
    token = link.token()
    assert browser().get(f"{link.page}?v={token}").headers["Cache-Control"] == "no-store"
    ours = [f"{link.page}{end}" for end in ("/x.css", ".css", ";x.css", "/accept/x.css")]
    for deceiving in (*ours, "/me/x.css", f"/l/taken/{'a' * 40}.css"):
        answer = browser().get(deceiving)
        assert answer.status_code == 404, deceiving
        assert "public" not in answer.headers.get("Cache-Control", "")
    for header in ("x-forwarded-host", "x-original-url", "x-host", "forwarded"):
        assert b"evil.example" not in browser().get(link.page, headers={header: "evil.example"}).content


@only_sqlite
def test_staff_write_the_page_beside_what_it_looks_like_and_lose_nothing_they_typed(shop: Shop) -> None:
    firm(shop.workspace)
    link = ada(shop)
    for way in (browser().get(link.page), browser().post(f"{link.page}/accept", {"v": link.token()})):
        assert way.status_code < 400
    settled()
    olga = signed_in()
    page = "/programs/by-order/page/"
    assert "50% of the visits" in olga.get(page).content.decode()
    wrong = send(olga, page, f"{page}en/product/", **{"product-name": "Rye", "product-link": "ftp://x"})
    assert (wrong.status_code, "an address such as https" in wrong.content.decode()) == (200, True)
    assert 'value="ftp://x"' in wrong.content.decode()
    items = "Open on Sunday?\r\nUntil noon.\r\n\r\nDo you ship?\r\nYes."
    saved = send(olga, page, f"{page}en/questions/", **{"questions-items": items})
    assert saved.headers["Location"] == f"{page}?language=en#questions"
    look = olga.get(f"{page}look/")
    assert "Do you ship?" in look.content.decode()
    assert look.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "sandbox" in look.headers["Content-Security-Policy"]

    form = {"typeface": "serif", "corners": "sharp", "tone": "warm"}
    refused = send(olga, "/settings/design/", **form, accent="#ffd400", custom_css="a{}\nb{color:url(x)}")
    assert refused.status_code == 200
    assert "#856e08" in refused.content.decode()
    assert "line 2" in refused.content.decode()
    logo = io.BytesIO(photo((400, 200)))
    logo.name = "logo.jpg"
    assert send(olga, "/settings/design/", **form, accent="#1d4ed8", logo=logo).status_code == 302
    assert shop.get("/api/v1/branding").json["typeface"] == "serif"
    assert "/media/" in browser().get("/join/by-order").content.decode()


@only_sqlite
def test_an_advocate_says_it_in_their_own_words(shop: Shop) -> None:
    member = a_member()
    slug = ShareLink.objects.latest("id").slug
    given = {"words": "Best rye in town! <b>Ask</b> at www.evil.example"}
    assert member.send("/me/settings/", given, to="/me/words").headers["Location"] == "/me/settings/?saved"
    assert "Best rye in town! Ask at</textarea>" in member.text("/me/settings/")
    assert '<p dir="auto">Best rye in town! Ask at</p>' in browser().get(f"/l/{slug}").content.decode()
    member.send("/me/settings/", {"words": ""}, to="/me/words")
    assert "Best rye" not in browser().get(f"/l/{slug}").content.decode()
