"""A program is set up by questions: saved step by step, gone on with by whoever, checked beside the question, launched as a file."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from passaparola.store.models import Act, PageText, Program, ProgramVersion, Setup, Workspace
from tests.databases import only_sqlite
from tests.journeys.caller import Shop
from tests.journeys.staff import send, signed_in

pytestmark = only_sqlite
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
GOAL = {
    "name": "Tell a friend",
    "goal": "new_customers",
    "target": "50",
    "months": "12",
    "currency": "EUR",
    "timezone": "Europe/Rome",
}


@pytest.fixture
def olga(shop: Shop) -> Client:
    return signed_in()


def shown(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return html.unescape(answer.content.decode())


def begun(olga: Client, **given: str) -> str:
    """The address of a set-up that was begun just now."""
    went = send(olga, "/setup/", **given)
    return went.headers["Location"].removesuffix("goal/")


def saved(olga: Client, page: str, **given: Any) -> str:
    """Send a step with what its page has seen; where one is then."""
    seen = _SEEN.search(olga.get(page).content.decode())
    went = send(olga, page, **({"seen": seen[1]} if seen else {}), **given)
    return went.headers["Location"] if went.status_code == 302 else ""


def test_set_03_a_set_up_that_was_left_is_gone_on_with_by_a_colleague_and_ends_in_an_active_program(
    olga: Client,
) -> None:
    at = begun(olga)
    assert saved(olga, f"{at}goal/", **GOAL) == f"{at}beginning/"
    assert "x19-new-customers" in shown(olga.get(f"{at}beginning/"))
    assert saved(olga, f"{at}beginning/", beginning="scratch") == f"{at}people/"
    send(olga, "/", to="/accounts/logout/")

    omar = signed_in("omar", role="marketing")
    assert "Tell a friend" in shown(omar.get("/"))
    assert omar.get(at).headers["Location"] == f"{at}people/"
    assert saved(
        omar,
        f"{at}people/",
        access="open",
        trigger="first_purchase",
        order_value="80,00",
        margin="40",
        satisfaction="yes",
    )
    beside = shown(omar.get(f"{at}rewards/"))
    assert "20.00 EUR" in beside
    assert "Left after the rewards" in beside
    rewards = {
        "advocate": "store_credit",
        "advocate_worth": "5",
        "friend": "voucher",
        "friend_worth": "5",
        "hold_days": "0",
    }
    assert saved(omar, f"{at}rewards/", **rewards)
    assert saved(omar, f"{at}structure/", structure="each")
    assert saved(omar, f"{at}limits/", budget="1000", bind_days="30")
    assert saved(omar, f"{at}messages/", words="Bread as it was.", contact_email="hello@shop.example")
    assert saved(omar, f"{at}channels/", channels=["link", "cards"])
    assert saved(omar, f"{at}tracking/", tracking="hand")
    assert saved(omar, f"{at}promotion/", owner="Omar", promotion=["team"]) == f"{at}check/"
    check = shown(omar.get(f"{at}check/"))
    assert "It will not go viral" in check
    assert "Friends who come" in check
    assert "Print cards with codes" in check
    text = omar.get(f"{at}program.yaml").content.decode()
    revision = Setup.objects.get().revision
    assert send(omar, f"{at}check/", revision=str(revision)).headers["Location"] == "/programs/tell-a-friend/plan/"
    assert Program.objects.get(slug="tell-a-friend").status == "active"
    assert ProgramVersion.objects.get(program__slug="tell-a-friend").document == text
    assert omar.get("/programs/tell-a-friend/program.yaml").content.decode() == text
    assert PageText.objects.get().program == "tell-a-friend"
    assert Workspace.objects.get(slug="main").contact_email == "hello@shop.example"
    after = shown(omar.get("/programs/tell-a-friend/plan/"))
    assert "What comes next" in after
    assert "Live since" in after
    assert "passaparola events import FILE --program tell-a-friend" in after
    assert "Launch on" not in after
    assert re.search("An order is assumed at <[^>]+>50.00 USD", shown(omar.get("/programs/friends/plan/")))
    plan = omar.get("/programs/tell-a-friend/plan.csv").content.decode("utf-8-sig").splitlines()
    assert plan[0] == "Work,From,To,Owner,Hours,Times,Total hours"
    assert plan[-1].startswith("Total,,,,,,")
    assert any("Print cards" in line and "Omar" in line for line in plan)
    assert omar.get(f"{at}goal/").headers["Location"] == "/programs/tell-a-friend/plan/"
    assert "Being set up" not in shown(omar.get("/"))
    assert list(
        Act.objects.filter(verb__startswith="setup").values_list("actor", flat=True).distinct().order_by("actor")
    ) == [
        "staff:olga",
        "staff:omar",
    ]


def test_what_is_wrong_is_said_at_its_question_and_keeps_from_the_launch(olga: Client) -> None:
    at = begun(olga)
    assert "Give the program a name." in shown(send(olga, f"{at}check/", revision="0"))
    assert not Setup.objects.get().program
    assert "Give the program a name." in shown(send(olga, f"{at}goal/", **{**GOAL, "name": " "}))
    saved(olga, f"{at}goal/", **GOAL)
    for step, given in (
        ("messages", {"contact_email": "olga"}),
        ("promotion", {"start": "soon", "review_weeks": "4"}),
        ("promotion", {"start": "9999-12-31"}),
    ):
        assert re.search(r'<p class="wrong"', shown(send(olga, f"{at}{step}/", **given)))
    assert saved(olga, f"{at}limits/", budget="15") == f"{at}limits/"
    said = shown(olga.get(f"{at}limits/"))
    assert re.search(r'id="id_budget_error">The budget is below what one recommendation costs', said)
    assert 'value="15"' in said
    check = shown(olga.get(f"{at}check/"))
    assert "1 thing to mend before the launch" in check
    assert shown(send(olga, f"{at}check/", revision="1"))
    assert not Program.objects.filter(slug="tell-a-friend").exists()
    saved(olga, f"{at}limits/", budget="1500")
    assert "to mend before the launch" not in shown(olga.get(f"{at}check/"))


def test_a_preview_shows_what_is_typed_and_saves_nothing(olga: Client) -> None:
    at = begun(olga)
    typed = {"advocate": "store_credit", "advocate_worth": "33", "friend": "nothing", "structure": "each"}
    whole, part = (
        shown(send(olga, f"{at}rewards/", to=page, do="preview", **typed))
        for page in (f"{at}rewards/", f"{at}rewards/preview/")
    )
    assert "33.00 EUR" in whole
    assert "33.00 EUR" in part
    assert "<html" not in part
    assert "Ada" in part
    assert "33.00" not in shown(olga.get(f"{at}rewards/"))


def test_two_tabs_do_not_undo_one_another(olga: Client) -> None:
    at = begun(olga)
    first, second = (_SEEN.search(shown(olga.get(f"{at}{step}/")))[1] for step in ("goal", "limits"))  # type: ignore[index]
    assert send(olga, f"{at}goal/", seen=first, **GOAL).status_code == 302
    assert send(olga, f"{at}limits/", seen=second, budget="700").status_code == 302
    late = shown(send(olga, f"{at}goal/", seen=first, **{**GOAL, "name": "Another name"}))
    assert "somebody saved this step since you opened it" in late.lower()
    assert 'value="Another name"' in late
    answers = Setup.objects.get().answers
    assert "Tell a friend" in answers
    assert '"700"' in answers
    check = f"{at}check/"
    assert "somebody changed an answer" in shown(send(olga, check, revision="0")).lower()
    assert send(olga, check, revision=str(Setup.objects.get().revision)).status_code == 302
    assert send(olga, "/setup/", to=f"{at}goal/", **GOAL).headers["Location"] == "/programs/tell-a-friend/plan/"


def test_another_program_of_the_name_is_not_overwritten(olga: Client) -> None:
    at = begun(olga)
    saved(olga, f"{at}goal/", **{**GOAL, "name": "Friends"})
    assert "There is a program that is called so" in shown(olga.get(f"{at}check/"))
    assert send(olga, f"{at}check/", revision=str(Setup.objects.get().revision)).status_code == 200
    assert ProgramVersion.objects.filter(program__slug="friends").count() == 1


def test_a_beginning_answers_the_steps_after_it_and_what_was_thrown_away_is_gone(olga: Client) -> None:
    at = begun(olga, beginning="small-business")
    saved(olga, f"{at}goal/", **GOAL)
    assert "Coffee and cake" in shown(olga.get(f"{at}rewards/"))
    assert "item: Coffee and cake" in olga.get(f"{at}program.yaml").content.decode()
    honest = shown(olga.get(f"{at}check/"))
    assert "It will not go viral" in honest
    assert "Friends who come" in honest
    assert "Coffee and cake" in honest
    saved(olga, f"{at}beginning/", beginning="x15-tiers")
    assert "kind: tier" in olga.get(f"{at}program.yaml").content.decode()
    assert "Throw this set-up away?" in shown(olga.get(f"{at}remove/"))
    send(olga, f"{at}remove/")
    assert not Setup.objects.exists()
    for page in ("", "goal/", "check/", "remove/", "plan.csv", "program.yaml"):
        assert olga.get(at + page).status_code == 404


def test_set_11_competitors_are_noted_compared_and_exported(olga: Client, shop: Shop) -> None:
    page, noted = (
        "/competitors/",
        {"name": "The bakery", "advocate": "4,50", "friend": "10 %", "currency": "USD", "note": "=1+1"},
    )
    assert send(olga, page, **noted).status_code == 302
    for wrong in ({"friend": "ten"}, {"website": "https://["}):
        assert send(olga, page, **{**noted, "name": "Caffè", **wrong}).status_code == 200
    send(olga, page, **{**noted, "name": "Abroad", "currency": "EUR"})
    seen = shown(olga.get(page))
    assert "4.50 USD" in seen
    assert "cannot be compared" in seen
    lines = olga.get("/competitors.csv?program=friends").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("advocate,1,")
    assert "advocate,2,The bakery,,4.50,USD,4.50,,'=1+1" in lines
    assert "advocate,,Abroad,,,EUR,4.50,,'=1+1" in lines
    api = "/api/v1/competitors"
    assert shop.get(f"{api}/comparison?program=friends").json["advocate"][1]["name"] == "The bakery"
    abroad, key = (one["id"] for one in shop.get(api).json["competitors"])
    assert shop.call("DELETE", f"{api}/{abroad}").json == {"removed": True}
    refused = shop.call("PUT", api, {"name": "Caffè", "advocate": "a lot", "currency": "USD"})
    assert (refused.problem, refused.json["field"]) == ("invalid_competitor", "advocate")
    assert send(olga, page, to=f"/competitors/{key}/remove/").status_code == 302
    assert shop.get(api).json == {"competitors": []}
    assert shop.call("DELETE", f"{api}/{key}").status == 404
