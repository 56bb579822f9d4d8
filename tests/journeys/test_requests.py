"""Who told you about us, and a friend is missing: the pages of friends and advocates, and the API, with everything that can be wrong."""

from passaparola.actions.messages.letters import NAMED, TOLD
from passaparola.actions.programs.apply import apply_program
from passaparola.domain.instant import instant_of_day, local_date
from passaparola.domain.tokens import link_token
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.advocates import named
from passaparola.store.ids import new_id
from passaparola.store.models import Message, ReferralRequest
from tests.databases import only_sqlite
from tests.journeys.advocates import EVA, Browser, a_member
from tests.journeys.caller import PROGRAM, Shop, now
from tests.journeys.friends import browser, looked_up
from tests.journeys.staff import send, signed_in

pytestmark = only_sqlite
GIVEN = {"said": "ada@example.com", "name": "Ben", "email": "ben@example.com"}
PATH, SAID = (
    "/api/v1/namings",
    {"program": "friends", "friend": "ben-1", "friend_name": "Ben", "told_by": "ada@example.com"},
)


def word(purpose: str) -> str:
    return link_token(the_keyring().links, purpose, ReferralRequest.objects.latest("id").id.hex)


def test_the_form_says_what_is_wrong_and_the_answer_is_the_same_for_every_name(shop: Shop) -> None:
    a_member()
    ben = browser()
    for wrong in ({"said": "…"}, {"said": "x" * 201}, {"name": ""}, {"name": "http://a.example"}, {"email": "ben"}):
        page = ben.post("/told/friends", GIVEN | wrong)
        assert (page.status_code, page.content.count(b'class="error"')) == (422, 1), wrong
    assert not ReferralRequest.objects.exists()
    pages = []
    for n, said in enumerate((GIVEN["said"], "Nobody Atall")):
        gone = ben.post("/told/friends", GIVEN | {"said": said, "email": f"ben{n}@example.com"})
        pages.append((gone.status_code, gone.headers["Location"], ben.get(gone.headers["Location"]).content))
    assert pages[0] == pages[1]
    assert ben.get("/told/nothing").status_code == 404
    assert ben.get("/told/yes/" + "A" * 43).status_code == 404
    assert not ben.cookies


def test_the_advocate_answers_in_the_portal_and_only_this_advocate(shop: Shop) -> None:
    ada = a_member()
    eva = a_member(EVA)
    ben = browser()
    ben.post("/told/friends", GIVEN)
    confirmation = f"/told/yes/{word(TOLD)}"
    assert ben.get(confirmation).status_code == 200
    assert not Message.objects.filter(kind="named").exists(), "opening it confirms nothing"
    assert ben.post(confirmation).status_code == 303
    looked_up(shop.workspace)
    request = ReferralRequest.objects.get()
    answer = f"/me/friends/{request.id.hex}/answer"
    kept = {
        name: getattr(request, name)
        for name in ("workspace_id", "program_id", "kind", "person_id", "came_at", "created_at")
    }
    flood = [ReferralRequest(id=new_id(), state="refused", friend_mac="", **kept) for _ in range(named.MOST)]
    ReferralRequest.objects.bulk_create(flood)
    assert "Did you tell <bdi>Ben</bdi> about us?" in ada.text("/me/"), (
        "what she has answered since hides nothing that waits"
    )
    ReferralRequest.objects.filter(id__in=[row.id for row in flood]).delete()
    assert "Ben" not in eva.text("/me/friends/")
    assert eva.send("/me/friends/", {"answer": "yes"}, to=answer).status_code == 404
    assert ada.send("/me/friends/", {"answer": "perhaps"}, to=answer).status_code == 404
    assert ada.send("/me/friends/", {"answer": "yes"}, to=answer).headers["Location"] == "/me/friends/?counted"
    assert ada.send("/me/friends/", {"answer": "yes"}, to=answer).headers["Location"] == "/me/friends/?over"
    assert b"nothing to answer any more" in Browser().get(f"/me/named/{word(NAMED)}").content
    assert b"Thank you" in ben.get(confirmation).content
    ReferralRequest.objects.update(state="lapsed")
    late = ben.get(confirmation)
    assert (late.status_code, b'href="/told/friends"' in late.content) == (410, True)


def test_a_shop_hands_on_what_its_customer_said_and_is_told_nothing(shop: Shop) -> None:
    a_member()
    assert shop.post(PATH, SAID).problem == "idempotency_key_required"
    wrong = shop.post(PATH, SAID | {"told_by": "?", "friend_name": "1", "friend": "b@"}, idempotency="wrong")
    assert (wrong.status, {p["field"] for p in wrong.json["errors"]}) == (422, {"told_by", "friend_name", "friend"})
    first = shop.post(PATH, SAID, idempotency="one")
    nobody = shop.post(PATH, SAID | {"told_by": "Nobody", "friend": "carl@example.com"}, idempotency="two")
    assert (first.status, first.body) == (nobody.status, nobody.body) == (202, b'{"received":true}')
    looked_up(shop.workspace)
    assert sorted(ReferralRequest.objects.values_list("state", flat=True)) == ["asked", "unmatched"]
    olga, where = signed_in(), f"/requests/req_{ReferralRequest.objects.get(state='unmatched').id.hex}/"
    shown = send(olga, where, f"{where}accept/", advocate="per_mistyped").content.decode()
    assert "Choose the advocate whom the friend means" in shown
    assert 'value="per_mistyped"' in shown, "what was typed is still there"


def test_an_advocate_misses_a_friend_and_reads_what_came_of_it(shop: Shop) -> None:
    zone = "Pacific/Auckland"  # where it is tomorrow already for half of each day
    apply_program(
        f"{PROGRAM.format(slug='friends')}timezone: {zone}\n", workspace=shop.workspace, now=now(), actor="Olga"
    )
    ada = a_member()
    missing = {"email": "ben@example.com", "day": "2026-01-01", "words": "He bought shoes <b>yesterday</b>"}
    form = ada.send("/me/missing/", missing | {"email": "?", "day": "2001-01-01"})
    assert (form.status_code, form.content.count(b'class="error"')) == (422, 2)
    assert b"He bought shoes &lt;b&gt;" in form.content
    today = local_date(now(), zone)
    day, shown = today.isoformat(), f"{today.day} {today:%b} {today.year}"
    assert f'max="{day}"' in ada.text("/me/missing/")
    assert ada.send("/me/missing/", missing | {"day": day}).headers["Location"] == "/me/missing/?asked"
    assert ReferralRequest.objects.get().came_at == instant_of_day(today, zone)
    page = ada.text("/me/missing/")
    assert "We are looking" in page
    assert f"{today:%B} {today.day}, {today.year}" in page
    assert "ben@example.com" not in page
    olga, request = signed_in(), ReferralRequest.objects.get()
    where = f"/requests/req_{request.id.hex}/"
    asked = olga.get(where).content.decode()
    assert "ben@example.com" in asked
    assert shown in asked.partition("<dt>Day</dt>")[2].partition("</dd>")[0]
    send(olga, where, f"{where}refuse/", why="made_up")
    assert ReferralRequest.objects.get().state == "open"
    send(olga, where, f"{where}refuse/", why="too_long_ago")
    assert "too long ago" in olga.get("/requests/?state=done").content.decode()
    assert "It is too long ago to be counted." in ada.text("/me/missing/")
    ada.send("/me/missing/", missing | {"day": day})
    where = f"/requests/req_{ReferralRequest.objects.latest('id').id.hex}/"
    send(olga, where, f"{where}accept/")
    assert "The request is decided." in olga.get(where).content.decode()
    assert [r["status"] for r in shop.items("/api/v1/referrals")] == ["bound"]
