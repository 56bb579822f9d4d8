"""What a firm prepares for sharing, from the page where it is written to the message that an advocate sends."""

from urllib.parse import parse_qs, urlsplit

from passaparola.store.models import Act, ShareText
from tests.databases import only_sqlite
from tests.journeys.advocates import Browser, a_member
from tests.journeys.caller import Shop
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
    assert ShareText.objects.get().language == "pl"
    send(olga, PAGE, to=f"{PAGE}pl/sms/", remove="1")
    assert not ShareText.objects.exists()
    assert send(olga, PAGE, to=f"{PAGE}pl/fax/").status_code == 404
