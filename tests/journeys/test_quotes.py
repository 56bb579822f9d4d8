"""Quotes: one is said, approved, and stands on the page, in the widget and in mails; taken back, it stands nowhere and is nowhere kept."""

from typing import Any

import pytest

from passaparola.actions.contact import ATTESTATION
from passaparola.actions.quotes import say
from passaparola.store.models import Act, IdempotencyKey, Quote
from tests.databases import only_sqlite
from tests.journeys.advocates import EVA, Browser, a_member, link_in_letter
from tests.journeys.caller import Answer, Shop, open_shop
from tests.journeys.command_line import ran, run, said
from tests.journeys.friends import Link, ada, browser, firm
from tests.journeys.staff import send, signed_in
from tests.journeys.widgets import Page, widget_key

pytestmark = only_sqlite
QUOTES, HERE = "/api/v1/quotes", "https://shop.example"
WORDS, NAME = "Best bread in town, 100% rye", "Anna, Kraków"
ANNA = {"text": WORDS, "shown_as": NAME, "language": "en", "consent": {"by": "paper", "note": "Folder 7"}}


def decided(shop: Shop, quote: str, verb: str, **given: Any) -> Answer:
    return shop.post(f"{QUOTES}/{quote}/{verb}", given if verb == "approve" else None)


class Places:
    """Everywhere a quote may stand."""

    def __init__(self, shop: Shop) -> None:
        firm(shop.workspace, postal_address="Via Roma 1")
        self.shop, self.link, self.friends = shop, ada(shop), 0
        shop.post("/api/v1/workspace/invitations/allow", {"attestation": ATTESTATION})
        self.widget = Page(widget_key(shop, HERE), HERE)

    def page(self, language: str = "en", link: Link | None = None) -> str:
        answer = browser().get((link or self.link).page, headers={"accept-language": language})
        assert answer.headers["Cache-Control"] == "no-store"
        return str(answer.content.decode())

    def shown(self, language: str = "en") -> list[str]:
        answer = self.widget.call("GET", f"quotes?program=by-order&lang={language}")
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
        return [quote["text"] for quote in answer.json["quotes"]]

    def mail(self, language: str = "en") -> str:
        self.friends += 1
        wanted = {
            "email": f"friend{self.friends}@example.com",
            "advocate": f"adv_{self.link.advocate}",
            "language": language,
        }
        assert self.shop.post("/api/v1/invitations", wanted).status == 202
        return link_in_letter(whole=True)

    def with_words(self, words: str) -> list[bool]:
        return [words in self.page(), words in self.shown(), words in " ".join(self.mail().split())]


def test_shr_16_rev_03_an_approved_quote_is_everywhere_and_a_withdrawn_one_nowhere(shop: Shop) -> None:
    places = Places(shop)
    key = said("quote", "add", WORDS, "--as", NAME, "--language", "en")["id"]
    assert places.with_words(WORDS) == [False] * 3, "before it is approved"
    assert "nobody has agreed yet" in run("quote", "approve", key).stderr
    assert "say --consent, too" in run("quote", "approve", key, "--note", "x").stderr
    assert places.with_words(WORDS) == [False] * 3, "without consent"
    ran("quote", "approve", key, "--consent", "paper", "--note", "Folder 7")
    assert places.with_words(WORDS) == [True] * 3
    assert f"— {NAME}" in places.mail()
    assert f"<bdi>{NAME}</bdi>" in places.page()
    assert decided(shop, key, "hide").json["state"] == "hidden"
    assert places.with_words(WORDS) == [False] * 3
    assert decided(shop, key, "approve").status == 200, "the consent still stands"
    assert places.with_words(WORDS) == [True] * 3
    assert said("quote", "list", "--state", "approved")["quotes"][0]["consent"]["note"] == "Folder 7"

    for _ in range(2):
        gone = said("quote", "withdraw", key)
        assert (gone["state"], gone["text"], gone["shown_as"], gone["consent"]["note"]) == ("withdrawn", "", "", "")
    assert places.with_words(WORDS) == [False] * 3
    for verb in ("approve", "hide"):
        again = decided(shop, key, verb)
        assert (again.status, again.problem) == (409, "quote_withdrawn")
    acts = Act.objects.filter(verb__startswith="quote.").order_by("id")
    assert [act.verb.partition(".")[2] for act in acts] == ["add", "approve", "hide", "approve", "withdraw"]
    assert not [act for act in acts if "bread" in act.input or "Anna" in act.input or "Folder" in act.input]


def test_an_answer_given_again_holds_no_words(shop: Shop) -> None:
    ada(shop)
    first, again = (shop.post(QUOTES, ANNA, idempotency="once") for _ in range(2))
    assert (first.json["text"], again.json["text"], again.json["id"]) == (WORDS, "", first.json["id"])
    for verb in ("approve", "withdraw"):
        given: Any = {} if verb == "approve" else None
        assert shop.post(f"{QUOTES}/{first.json['id']}/{verb}", given, idempotency=verb).status == 200
    assert IdempotencyKey.objects.count() == 3
    assert not [k for k in IdempotencyKey.objects.all() if "bread" in str(k.body) or "Anna" in str(k.body)]
    assert shop.post(QUOTES, {**ANNA, "program": "none"}).status == 404


def test_a_quote_is_words_and_nothing_else(shop: Shop) -> None:
    places = Places(shop)
    for field, text in (
        ("text", "See www.evil.example"),
        ("text", "See evil\u200d.\u200dexample and \uff57\uff57\uff57.evil.example"),
        ("text", "<b>Good</b>"),
        ("text", "Call 600 700 800"),
        ("text", "abc\u202edef"),
        ("text", "\u2067abc"),
        ("text", "\u200e \u3164"),
        ("text", "x" * 281),
        ("text", "Z" + "\u0301" * 9),
        ("text", "\u0e01" + "\u0e49" * 9),
        ("shown_as", "\u3164."),
        ("shown_as", "a@b.example"),
        ("shown_as", "123"),
        ("shown_as", "x" * 61),
    ):
        refused = shop.post(QUOTES, {**ANNA, field: text})
        assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_quote", field), text
    wrong = shop.post(QUOTES, {**ANNA, "consent": {"by": "mail", "note": "\u202e"}})
    assert (wrong.problem, wrong.json["field"]) == ("invalid_quote", "note")
    kept = shop.post(QUOTES, {**ANNA, "text": "  I <3\nit & {{ firm }} %(firm)s  ", "shown_as": 'لينا "L"'})
    decided(shop, kept.json["id"], "approve")
    assert "I &lt;3 it &amp; {{ firm }} %(firm)s" in places.page()
    assert "<bdi>لينا &quot;L&quot;</bdi>" in places.page()
    assert "I <3 it & {{ firm }} %(firm)s" in places.mail()


def test_which_quotes_are_shown_where(shop: Shop) -> None:
    places, mallory = Places(shop), open_shop("mallory")
    for text, language, program in (
        ("Dobry chleb", "pl", ""),
        ("Other program", "en", "friends"),
        ("Everywhere", "", ""),
        ("Good bread", "en", ""),
        ("Buon pane", "it", "by-order"),
        ("Own bread", "en", "by-order"),
    ):
        key = shop.post(QUOTES, {**ANNA, "text": text, "language": language, "program": program}).json["id"]
        assert decided(shop, key, "approve").status == 200
    foreign = mallory.post(QUOTES, {**ANNA, "text": "From Mallory"}).json["id"]
    decided(mallory, foreign, "approve")
    for verb in ("approve", "hide", "withdraw"):
        assert decided(shop, foreign, verb).status == 404
    assert places.shown() == ["Own bread", "Good bread", "Everywhere"]
    assert places.shown("pl") == ["Dobry chleb", "Everywhere", "Own bread"]
    assert places.shown("it") == ["Buon pane", "Everywhere", "Own bread"]
    page = places.page("pl")
    assert 'lang="pl"><p>Dobry chleb' in page
    assert "From Mallory" not in page + places.page()
    assert "Dobry chleb" in places.mail("pl")
    assert "Everywhere" in places.mail("ro"), "none in Romanian, so the one that is for all"
    assert {q["text"] for q in shop.items(f"{QUOTES}?program=by-order")} == {"Buon pane", "Own bread"}
    assert len(shop.items(f"{QUOTES}?state=approved")) == 6
    customer = shop.post("/api/v1/people", {"identities": [{"kind": "customer_id", "value": "kim"}]}).json["id"]
    key = shop.post(QUOTES, {**ANNA, "language": "", "text": "I only buy", "person": customer}).json["id"]
    decided(shop, key, "approve")
    assert "I only buy" in places.page("ar")
    assert "may get rewards" not in places.page(), "of whoever takes no part nobody says that they are paid"
    assert shop.post(f"/api/v1/people/{customer}/merge", {"duplicate": f"per_{places.link.person}"}).status == 200
    assert "may get rewards" in places.page("ar") + places.page(), "one who takes part was found to be the same"
    assert mallory.items(f"{QUOTES}?program={places.link.program}") == []
    assert Quote.objects.filter(state="approved").count() == 8


MINE, OURS = "/me/quotes/", "/quotes/"


def offered(who: Browser, **given: str) -> Any:
    return who.send(MINE, {"text": WORDS, "shown_as": NAME, "language": "en", "agreed": "yes", **given})


def test_an_advocate_offers_a_sentence_and_takes_it_back_in_one_step(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, eva = a_member(), a_member(EVA)
    assert MINE in anna.text("/me/settings/")
    assert 'name="agreed" value="yes" required>' in anna.text(MINE), "the box is not ticked before"
    for wrong, said_of_it in (
        ({"agreed": ""}, "Without your consent"),
        ({"text": "evil.example"}, "Words only"),
        ({"language": "xx"}, "Use one of"),
    ):
        answer = offered(anna, **wrong)
        assert answer.status_code == 422
        assert said_of_it in answer.content.decode()
        assert NAME in answer.content.decode(), "what was typed is there"
    assert not Quote.objects.exists()
    for _ in range(2):
        assert offered(anna).headers["Location"] == f"{MINE}?said"
    quote = Quote.objects.get()
    assert (quote.state, quote.consent, quote.program, quote.consented_at) == (
        "proposed",
        "portal",
        "friends",
        quote.created_at,
    )
    assert "We are reading it" in anna.text(MINE)
    offered(anna, shown_as="Ann")
    assert "<bdi>Ann</bdi>" in anna.text(MINE), "the same under another name is not passed over"
    assert WORDS not in eva.text(MINE)
    for n in range(3):
        offered(anna, text=f"{WORDS} {n}")
    assert "There are 5 quotes of this person" in offered(anna, text="one more").content.decode()

    monkeypatch.setattr(say, "MOST_QUOTES", 1)
    assert offered(eva).status_code == 303, "what others offer takes no room from her"
    assert decided(shop, f"quo_{Quote.objects.latest('id').id.hex}", "hide").status == 200
    assert shop.post(QUOTES, ANNA).status == 201, "staff add what they know, whatever was offered and decided"
    assert shop.post(QUOTES, {**ANNA, "text": "More"}).problem == "too_many_quotes"
    olga = signed_in(role="marketing")
    assert send(olga, OURS, to=f"{OURS}quo_{quote.id.hex}/approve/").status_code == 302
    assert "In public" in anna.text(MINE)
    back = f"{MINE}{quote.id.hex}/withdraw"
    assert eva.send(MINE, to=back).status_code == 404, "somebody else's"
    assert anna.get(back).status_code == 405, "a look changes nothing"
    for _ in range(2):
        assert anna.send(MINE, to=back).headers["Location"] == f"{MINE}?gone"
    quote.refresh_from_db()
    assert (quote.state, quote.text, quote.shown_as) == ("withdrawn", "", "")
    assert shop.post("/api/v1/programs/friends/pause").status == 200
    assert "Your sentence" in eva.text(MINE)
    assert shop.post("/api/v1/programs/friends/end").status == 200
    assert "no program that runs at present" in eva.text(MINE), "she has taken part"
    assert (
        "Not done"
        in olga.get(send(olga, OURS, to=f"{OURS}quo_{quote.id.hex}/approve/").headers["Location"]).content.decode()
    )


def test_staff_note_a_quote_with_its_consent_and_decide(shop: Shop) -> None:
    places, olga = Places(shop), signed_in(role="sales")
    given = {"text": WORDS, "shown_as": NAME, "program": "", "language": "", "person": "", "consent": "", "note": ""}
    assert "without their consent nobody is quoted" in send(olga, OURS, **given).content.decode()
    assert (
        "We know nobody by this"
        in send(olga, OURS, **{**given, "consent": "mail", "person": "nobody"}).content.decode()
    )
    known = {**given, "consent": "in_person", "person": f"per_{places.link.person}", "note": "At the fair"}
    assert send(olga, OURS, **known).status_code == 302
    row = Quote.objects.get()
    one = f"{OURS}quo_{row.id.hex}/"
    assert "At the fair" in olga.get(OURS).content.decode()
    send(olga, OURS, to=f"{one}approve/")
    assert WORDS in olga.get(f"{OURS}?state=approved").content.decode()
    assert "recommends us and may get rewards" in places.page()
    assert places.widget.call("GET", "quotes?program=by-order").json["quotes"][0]["paid"] is True
    assert f'"subject":"quo_{row.id.hex}"' in shop.get("/api/v1/acts?limit=5").body.decode()
    assert "recommends us, too, and may get rewards" in " ".join(places.mail().split())
    send(olga, OURS, to=f"{one}hide/")
    assert WORDS not in places.page()
    assert "for good?" in olga.get(f"{one}withdraw/").content.decode()
    send(olga, f"{one}withdraw/")
    assert "Words and name are deleted." in olga.get(f"{OURS}?state=withdrawn").content.decode()
    unsaid = shop.post(QUOTES, {"text": "Without a word", "shown_as": "B"}).json["id"]
    assert "Nobody has agreed yet" in olga.get(OURS).content.decode()
    for consent, state in (("", "proposed"), ("nonsense", "proposed"), ("paper", "approved")):
        send(olga, OURS, to=f"{OURS}{unsaid}/approve/", consent=consent)
        assert shop.get(f"{QUOTES}/{unsaid}").json["state"] == state
