"""What a firm prepares for sharing, from the page where it is written to the message that an advocate sends."""

import html
import re
from base64 import b64encode
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from passaparola.actions.acting import Asked, done
from passaparola.actions.design import pictures
from passaparola.actions.design.pages import write_words
from passaparola.actions.people.merge import merge
from passaparola.domain.sharing.texts import BUTTONS
from passaparola.inbound.web.advocates import saying
from passaparola.inbound.web.advocates.channels import CHANNELS
from passaparola.inbound.web.design.cards import Card, drawn_card
from passaparola.store.models import (
    Act,
    Advocate,
    Event,
    Identity,
    Material,
    PersonalWords,
    Picture,
    Program,
    ShareText,
)
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser, a_member
from tests.journeys.caller import Shop, now
from tests.journeys.staff import send, signed_in

TEXTS = "/api/v1/programs/friends/texts"
PAGE = "/programs/friends/sharing/texts/"


def handed(ada: Browser, channel: str, **given: str) -> str:
    """The words that a share button hands on."""
    page = ada.text("/me/")
    link = page.partition("/me/share/")[2][:32]
    words = given or {"words": page.partition('name="words"')[2].partition(">")[2].partition("</textarea>")[0]}
    said = ada.send("/me/", words, to=f"/me/share/{link}/{channel}")
    assert said.status_code == 303
    query = parse_qs(urlsplit(str(said.headers["Location"])).query)
    return next(query[name][0] for name in ("body", "text") if name in query)


def test_shr_03_the_firms_words_stand_ready_by_channel_and_may_be_changed(shop: Shop) -> None:
    ada = a_member()
    ours = handed(ada, "sms")
    assert ours.startswith("I like")
    anything = {"words": "{firm} bakes well.\nMy code is {code}: {headline}."}
    said = shop.call("PUT", f"{TEXTS}/en/any", anything)
    assert said.status == 200, said.body
    assert said.json["example"].startswith(
        "main bakes well.\nMy code is K7MPX4RT: You get a voucher worth $5, and Ada gets"
    )
    assert shop.call("PUT", f"{TEXTS}/en/sms", {"words": "Bread! {link} Yours, {name}"}).status == 200
    mail = {"words": "Dear friend, {link}", "subject": "Bread from {firm}"}
    assert shop.call("PUT", f"{TEXTS}/en/email", mail).status == 200
    acts = Act.objects.filter(verb="text.write").count()
    assert shop.call("PUT", f"{TEXTS}/en/email", mail).status == 200
    assert Act.objects.filter(verb="text.write").count() == acts == 3

    assert handed(ada, "whatsapp").startswith("main bakes well.\nMy code is ")
    sms = handed(ada, "sms")
    assert sms.startswith("Bread! http://localhost:8000/r/")
    assert sms.endswith("?c=sms Yours, your friend")
    assert sms.count("/r/") == 1, "the link stands where the text has it, and not again"
    own = handed(ada, "sms", words="My very own words")
    assert own.startswith("My very own words\nhttp://localhost:8000/r/")
    assert handed(ada, "x", words="Mine") == "Mine"
    refused = shop.call("PUT", f"{TEXTS}/en/x", {"words": "{firm} {reward}"})
    assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_text", "words")
    assert shop.call("PUT", f"{TEXTS}/xx/x", {"words": "x"}).status == 422
    assert [text["channel"] for text in shop.get(TEXTS).json["texts"]] == ["any", "email", "sms"]
    for channel, was in (("any", True), ("sms", True), ("email", True), ("email", False)):
        assert shop.call("DELETE", f"{TEXTS}/en/{channel}").json == {"removed": was}
    assert handed(ada, "sms") == ours


def test_shr_15_with_every_button_off_a_program_is_shared_by_link_code_and_picture(shop: Shop) -> None:
    assert {*BUTTONS, "other"} == set(CHANNELS)
    ada, buttons = a_member(), "/api/v1/programs/friends/buttons"
    whole = ada.text("/me/")
    chosen = shop.call("PUT", buttons, {"channels": ["sms", "email"]})
    assert chosen.json == {"buttons": ["email", "sms"]} == {"buttons": shop.get(TEXTS).json["buttons"]}
    assert shop.get(TEXTS).json["texts"] == []
    assert re.findall("/me/share/[0-9a-f]{32}/([a-z]+)", ada.text("/me/"))[1:] == ["email", "sms", "other"]
    assert shop.call("PUT", buttons, {"channels": []}).json == {"buttons": []}
    for _ in range(2):
        assert shop.call("PUT", buttons, {"channels": []}).status == 200
    page = ada.text("/me/")
    link = page.partition("/me/share/")[2][:32]
    assert ada.send("/me/", {"words": "x"}, to=f"/me/share/{link}/facebook").status_code == 404
    assert "localhost:8000/r/" in page
    assert '<p class="code" dir="ltr">' in page
    assert ada.get(f"/me/qr/{link}.svg").status_code == 200
    assert "localhost:8000/r/" in ada.send("/me/", {"words": "Bread"}, to=f"/me/share/{link}/other").content.decode()
    assert shop.call("PUT", buttons, {"channels": list(BUTTONS)}).status == 200
    assert [word for word in ("whatsapp", "linkedin") if f"/{word}" in ada.text("/me/")] == ["whatsapp", "linkedin"]
    assert "/whatsapp" in whole
    assert Act.objects.filter(verb="buttons.choose").count() == 3
    assert shop.call("PUT", buttons, {"channels": ["fax"]}).status == 422


@only_sqlite
def test_a_text_is_written_on_the_page_and_what_is_wrong_is_said_at_its_field(shop: Shop) -> None:
    olga = signed_in(role="sales")
    wrong = send(olga, PAGE, to=f"{PAGE}pl/sms/", **{"sms-words": "Cześć {imie}"}).content.decode()
    assert "There is no {imie}: use {name}, {firm}, {headline}, {code}, {link}." in wrong
    assert "Cześć {imie}</textarea>" in wrong
    done = send(olga, PAGE, to=f"{PAGE}pl/sms/", **{"sms-words": "Cześć! {headline} {link}"})
    assert done.headers["Location"] == f"{PAGE}?language=pl#sms"
    shown = olga.get(f"{PAGE}?language=pl").content.decode()
    assert "text messages" in shown
    assert "/r/k7mpx4rt9w?c=sms" in shown, "the link as this channel sends it, whose length counts"
    assert ShareText.objects.get().language == "pl"
    send(olga, PAGE, to="/programs/friends/sharing/buttons/", channels=["sms", "x"])
    assert olga.get(PAGE).content.decode().count(" checked") == 2
    send(olga, PAGE, to="/programs/friends/sharing/buttons/", channels=list(BUTTONS))
    send(olga, PAGE, to=f"{PAGE}pl/sms/", remove="1")
    assert not ShareText.objects.exists()
    assert send(olga, PAGE, to=f"{PAGE}pl/fax/").status_code == 404


def test_shr_07_several_friends_are_written_to_from_the_advocates_own_mail_program_and_none_is_kept(shop: Shop) -> None:
    ada = a_member()
    page = re.search('href="(/me/several/[0-9a-f]{32})"', ada.text("/me/"))[1]  # type: ignore[index]
    assert "we keep none of them" in ada.text(page)
    known = Identity.objects.count()
    many = " ".join(f"a{n}@b.example" for n in range(21))
    for typed, why in (
        ("", "at least one"),
        ("ben@example.com nonsense", "nonsense is no e-mail"),
        (many, "At most 20"),
    ):
        wrong = ada.send(page, {"addresses": typed, "words": "My own words"})
        assert wrong.status_code == 422
        assert why in wrong.content.decode()
        assert "My own words</textarea>" in wrong.content.decode()
    said = ada.send(
        page, {"addresses": "ben@example.com,\n eva@example.com; ben@example.com", "words": "Hello & welcome"}
    )
    assert said.status_code == 303
    assert said.headers["Location"].startswith("mailto:?bcc=ben@example.com,eva@example.com&subject=")
    body = parse_qs(urlsplit(str(said.headers["Location"])).query)["body"][0]
    assert body.startswith("Hello & welcome\nhttp://localhost:8000/r/")
    assert body.endswith("?c=email")
    assert Event.objects.filter(type="share", channel="email").count() == 1
    assert Identity.objects.count() == known
    assert a_member("eva@example.com").get(page).status_code == 404
    shop.call("PUT", "/api/v1/programs/friends/buttons", {"channels": ["sms"]})
    assert ada.get(page).status_code == 404


# -- materials ---------------------------------------------------------------------------------------------------------

MATERIALS, OWN = "/api/v1/programs/friends/materials", "/programs/friends/sharing/materials/"


def a_picture(colour: str = "#0f766e", size: tuple[int, int] = (640, 480)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def taken(shop: Shop, colour: str = "#0f766e") -> Any:
    return shop.post("/api/v1/pictures", {"use": "material", "data": b64encode(a_picture(colour)).decode()})


def test_shr_05_each_material_is_taken_away_with_the_advocates_own_link(shop: Shop) -> None:
    ada, digest = a_member(), taken(shop).json["digest"]
    for given in (
        {"kind": "picture", "title": "Our oven", "picture": digest},
        {"kind": "film", "title": "How we bake", "address": "https://example.com/film"},
        {"kind": "story", "title": "Since 1912", "words": "It began with {name}'s bread."},
        {"kind": "tips", "title": "Po polsku", "words": "Chleb", "language": "pl"},
    ):
        said = shop.post(MATERIALS, given)
        assert said.status == 201, said.body
    for wrong, field in (
        ({"kind": "picture", "title": "No picture"}, "picture"),
        ({"kind": "picture", "title": "Unknown", "picture": "0" * 64}, "picture"),
        ({"kind": "film", "title": "x", "address": "http://example.com"}, "address"),
        ({"kind": "text", "title": "x", "words": "{nme}"}, "words"),
    ):
        refused = shop.post(MATERIALS, wrong)
        assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_material", field)

    page = ada.text("/me/materials/")
    assert "Our oven" in page
    assert "Po polsku" not in page, "it is for advocates who read Polish"
    assert re.findall("<h2[^>]*>([^<]+)", page) == ["Our oven", "How we bake", "Since 1912"]
    files = re.findall(r'href="(/me/materials/[^"]+)"', page)
    assert [file.rpartition(".")[2] for file in files] == ["png", "pdf", "txt", "txt"]
    answers = [ada.get(file) for file in files]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert Image.open(BytesIO(answers[0].content)).width == 1080
    strip = drawn_card(Card(a_picture(size=(16, 2400)), "https://a.example/r/x", "a.example/r/x", "K7MP"), "png")
    assert Image.open(BytesIO(strip)).size == (1080, 2516), "a narrow strip is not drawn at full width"
    assert answers[1].content.startswith(b"%PDF")
    assert re.search(
        r"https://example.com/film\nhttp://localhost:8000/r/\w{10}\?c=material", answers[2].content.decode()
    )
    assert "It began with your friend's bread." in answers[3].content.decode()
    assert ada.get(files[2].replace("txt", "png")).status_code == 404
    assert Browser().get(files[0]).status_code == 303, "whoever is not signed in is led to the sign-in"

    used = shop.call("DELETE", f"/api/v1/pictures/{digest}")
    assert (used.status, used.problem) == (409, "picture_in_use")
    for row in shop.get(MATERIALS).json["materials"]:
        assert shop.call("DELETE", f"/api/v1/materials/{row['id']}").json == {"removed": True}
        assert shop.call("DELETE", f"/api/v1/materials/{row['id']}").status == 404
    assert [shop.call("DELETE", f"/api/v1/pictures/{digest}").json["removed"] for _ in range(2)] == [True, False]
    assert "Nothing here yet" in ada.text("/me/materials/")


@only_sqlite
def test_a39_there_is_room_for_so_many_pictures_and_so_many_bytes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert taken(shop).status == 201
    for name, least in (("MOST_PICTURES", 1), ("MOST_KEPT", 1)):
        with monkeypatch.context() as changed:
            changed.setattr(pictures, name, least)
            refused = taken(shop, "#ff0000")
            assert (refused.status, refused.problem) == (409, "too_many_pictures")
            assert taken(shop).status == 201, "one that is there needs no room"
    assert taken(shop, "#ff0000").status == 201


@only_sqlite
def test_a_material_is_added_on_the_page_and_an_unused_picture_is_deleted(shop: Shop) -> None:
    olga = signed_in()
    given = {"kind": "picture", "title": "", "words": "", "address": "", "language": ""}
    assert "It is needed here." in send(olga, OWN, **given).content.decode()
    given["title"] = "Our oven"
    file = BytesIO(a_picture())
    file.name = "oven.png"
    assert send(olga, OWN, **given, picture=file).headers["Location"] == OWN
    assert send(olga, OWN, **{**given, "kind": "text", "words": "Bread!"}).status_code == 302
    assert "Our oven" in olga.get(OWN).content.decode()
    gone = f"/settings/design/pictures/{Picture.objects.get().digest}/delete/"
    send(olga, OWN, to=gone)
    assert "is shown somewhere" in olga.get("/settings/design/pictures/").content.decode()
    for key in Material.objects.values_list("id", flat=True):
        send(olga, OWN, to=f"{OWN}mat_{key.hex}/remove/")
    send(olga, OWN, to=gone)
    assert not Picture.objects.exists()
    assert "No picture yet" in olga.get("/settings/design/pictures/").content.decode()


@only_sqlite
def test_an_answer_of_two_paragraphs_and_a_blocks_picture_come_through_the_form(shop: Shop) -> None:
    olga, page = signed_in(), "/programs/friends/page/"
    items = [
        {"question": "Do you deliver?", "answer": "On Mondays.\n\nOutside the city:\nby post."},
        {"question": "Vegan?", "answer": "Yes."},
    ]
    said = shop.call("PUT", "/api/v1/programs/friends/page/en/questions", {"content": {"items": items}})
    assert said.status == 200, said.body
    shown = olga.get(page).content.decode()
    typed = html.unescape(re.search(r'name="questions-items"[^>]*>\n?(.*?)</textarea>', shown, re.DOTALL)[1])  # type: ignore[index]
    sent = send(olga, page, to=f"{page}en/questions/", **{"questions-items": typed.replace("\n", "\r\n")})
    assert sent.status_code == 302
    blocks = shop.get("/api/v1/programs/friends/page").json["blocks"]
    assert blocks[0]["content"]["items"] == items

    digest = taken(shop).json["digest"]
    product = {"name": "Bread", "picture": digest}
    assert shop.call("PUT", "/api/v1/programs/friends/page/en/product", {"content": product}).status == 200
    assert f"/media/main/{digest}.webp" in olga.get(page).content.decode()
    kept = {"product-name": "Bread", "product-words": "", "product-alt": "", "product-link": ""}
    for more, left in (({}, digest), ({"product-without_picture": "on"}, "")):
        assert send(olga, page, to=f"{page}en/product/", **kept, **more).status_code == 302
        blocks = {row["block"]: row["content"] for row in shop.get("/api/v1/programs/friends/page").json["blocks"]}
        assert blocks["product"]["picture"] == left


def test_words_of_merged_persons_are_one_and_written_down_when_they_change(shop: Shop) -> None:
    ada = a_member()
    (advocate,) = Advocate.objects.all()
    program, person, asked = Program.objects.get().id.hex, advocate.person_id.hex, Asked(shop.workspace, now(), "test")
    root = str(shop.post("/api/v1/people", {"identities": [{"kind": "customer_id", "value": "a-1"}]}).json["id"])[4:]
    for _ in range(2):
        done(write_words(program, person, "Lovely bread", asked=asked))
    assert Act.objects.filter(verb="words.write").count() == 1
    done(merge(root, duplicate=person, asked=asked))
    slug = re.search("/r/([a-z0-9]{10})", ada.text("/me/"))[1]  # type: ignore[index]
    assert "Lovely bread" in Browser().text(f"/l/{slug}")
    done(write_words(program, root, "", asked=asked))
    assert not PersonalWords.objects.exists()
    assert "Lovely bread" not in Browser().text(f"/l/{slug}")
    for _ in range(saying.CHANGES.most):
        saying.CHANGES.spend(root)
    for field, there in (("words", "/me/words"), ("shown_as", "/me/settings/public-name")):
        later = ada.send("/me/settings/", {field: "Again"}, to=there)
        assert (later.status_code, "Try again later" in later.content.decode()) == (429, True)
    assert "Again</textarea>" in ada.send("/me/settings/", {"words": "Again"}, to="/me/words").content.decode()
    saying.CHANGES.forget()
