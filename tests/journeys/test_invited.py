"""Somebody comes by an invitation: on the page of the program, and by the command that made it."""

from pathlib import Path

import pytest

from passaparola.actions.programs.apply import apply_program
from passaparola.store.models import Advocate, AdvocateInvitation
from tests.databases import Database
from tests.journeys.advocates import ADA, BEN, EVA, Browser, link_in_mail
from tests.journeys.caller import PROGRAM, Shop, now, open_shop
from tests.journeys.command_line import GIVE_5, lines, ran, run, said
from tests.journeys.test_joining_pages import LINK, made_person

AMBASSADORS = PROGRAM.format(slug="ambassadors") + "access: invite_only\n"


def invited(shop: Shop, **wanted: str) -> str:
    """The path of an invitation's page."""
    made = shop.post("/api/v1/programs/ambassadors/invitations", wanted or None)
    assert made.status == 201, made.body
    return str(made.json["url"]).partition("8000")[2]


def asks(page: str, address: str) -> Browser:
    """Somebody opens the page and gives an address; the form brings the invitation along."""
    browser = Browser()
    assert "You are invited" in browser.text(page)
    token = page.partition("invitation=")[2]
    answer = browser.send(page, {"email": address, "invitation": token}, to="/join/ambassadors")
    assert answer.headers["Location"] == f"/join/ambassadors?asked&invitation={token}"
    return browser


def test_an_invitation_brings_its_holder_into_the_portal_and_nobody_after_them(shop: Shop) -> None:
    apply_program(AMBASSADORS, workspace=shop.workspace, now=now(), actor="Olga")
    page = invited(shop)
    stranger = Browser()
    stranger.join(EVA, "ambassadors")
    assert "by invitation" in stranger.confirm().content.decode()
    ada = asks(page, ADA)
    assert AdvocateInvitation.objects.get().used_at is None
    assert ada.confirm().headers["Location"] == "/me/"
    assert LINK.search(ada.text("/me/"))
    again = Browser().get(page)
    assert (again.status_code, again.headers["Referrer-Policy"]) == (410, "no-referrer")
    assert "This invitation was used already" in again.content.decode()
    assert Advocate.objects.filter(status="active").count() == 1


def test_an_invitation_into_another_workspace_than_the_main_one_opens_the_page_there(shop: Shop) -> None:
    second = open_shop("second")
    for one in (shop, second):
        apply_program(AMBASSADORS, workspace=one.workspace, now=now(), actor="Olga")
    pages = [invited(one) for one in (shop, second)]
    assert [page.partition("?")[0] for page in pages] == ["/join/ambassadors", "/join/second/ambassadors"]
    assert all("You are invited" in Browser().text(page) for page in pages)
    made = said("--workspace", "second", "invitation", "create", "--program", "ambassadors")
    assert "You are invited" in Browser().text(made["url"].partition("8000")[2])


def test_who_recommends_already_leaves_an_invitation_to_whom_it_is_for(shop: Shop) -> None:
    apply_program(AMBASSADORS, workspace=shop.workspace, now=now(), actor="Olga")
    assert asks(invited(shop), ADA).confirm().headers["Location"] == "/me/"
    for_ben = invited(shop, email=BEN)
    assert asks(for_ben, ADA).confirm().headers["Location"] == "/me/"
    assert AdvocateInvitation.objects.filter(used_at=None).count() == 1
    assert asks(for_ben, BEN).confirm().headers["Location"] == "/me/"
    assert not AdvocateInvitation.objects.filter(used_at=None).exists()


def test_of_two_who_have_it_the_first_to_confirm_is_in(shop: Shop) -> None:
    apply_program(AMBASSADORS, workspace=shop.workspace, now=now(), actor="Olga")
    page = invited(shop)
    first = asks(page, ADA)
    path = link_in_mail()
    second = asks(page, BEN)
    assert second.confirm().headers["Location"] == "/me/"
    late = first.confirm(path)
    assert "Your invitation does nothing any more" in late.content.decode()
    assert Advocate.objects.filter(status="active").count() == 1


def test_each_way_in_which_an_invitation_ends_has_its_own_page(shop: Shop) -> None:
    apply_program(AMBASSADORS, workspace=shop.workspace, now=now(), actor="Olga")
    revoked, for_ada = invited(shop), invited(shop, email=ADA)
    (listed,) = [i for i in shop.items("/api/v1/programs/ambassadors/invitations") if i["email"] is None]
    assert shop.post(f"/api/v1/programs/friends/invitations/{listed['id']}/revoke").status == 404
    assert AdvocateInvitation.objects.filter(revoked_at=None).count() == 2
    assert shop.post(f"/api/v1/programs/ambassadors/invitations/{listed['id']}/revoke").status == 200
    token = for_ada.partition("=")[2]
    AdvocateInvitation.objects.filter(revoked_at=None).update(expires_at=now() + 60_000_000)
    eva = asks(for_ada, EVA)
    assert "somebody with another address" in eva.confirm().content.decode()
    AdvocateInvitation.objects.filter(revoked_at=None).update(expires_at=now())
    for page, words in (
        (revoked, "This invitation was withdrawn"),
        (for_ada, "This invitation has expired"),
        (f"/join/friends?invitation={token}", "This invitation is for something else"),
        (f"/join/ambassadors?invitation={token[:-1]}", "This invitation is not whole"),
        ("/join/ambassadors?invitation=%00%3Cscript%3E", "This invitation is not whole"),
    ):
        answer = Browser().get(page)
        assert (answer.status_code, words in answer.content.decode()) == (410, True), page


def test_who_works_here_joins_with_the_address_they_are_known_by(shop: Shop) -> None:
    document = PROGRAM.format(slug="staff") + "access: employees\n"
    apply_program(document, workspace=shop.workspace, now=now(), actor="Olga")
    person = made_person(shop, ADA)
    assert shop.call("PATCH", f"/api/v1/people/{person}", {"facts": {"employee": "yes"}}).fields == {"facts.employee"}
    assert shop.call("PATCH", f"/api/v1/people/{person}", {"facts": {"employee": True}}).status == 200
    assert shop.get(f"/api/v1/people/{person}").json["facts"] == {"employee": True}
    browser = Browser()
    assert "everybody who works here" in browser.text("/join/staff")
    browser.join(EVA, "staff")
    assert "for the people who work here" in browser.confirm().content.decode()
    browser.join(ADA, "staff")
    assert browser.confirm().headers["Location"] == "/me/"


@pytest.fixture
def staff(database: Database, tmp_path: Path) -> None:
    for slug, access in (
        ("staff", "employees"),
        ("ambassadors", "invite_only"),
        ("top", "{mode: segment, segment: {named: A}}"),
    ):
        file = tmp_path / f"{slug}.yaml"
        text = GIVE_5.read_text(encoding="utf-8").replace("program: give-5-get-5", f"program: {slug}\ncombine: true")
        file.write_text(f"{text}\naccess: {access}\n", encoding="utf-8")
        ran("program", "apply", file)


def test_facts_exclusions_invitations_and_segments_by_command(staff: None, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = ("person,email,facts.employee,facts.segment,facts.nps", f"ada,{ADA},true,A,9", "eva,,true,,")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert said("customers", "import", file)["recorded"] == 2
    assert said("customers", "import", file)["recorded"] == 0
    assert said("person", "facts", "ada")["facts"] == {"employee": True, "nps": 9, "segment": "A"}
    changed = said("person", "facts", "ada", "--set", "tier=gold", "--set", "left_on=2030-01-01", "--unset", "nps")
    assert changed["facts"] == {"employee": True, "left_on": "2030-01-01", "segment": "A", "tier": "gold"}
    wrong = run("person", "facts", "ada", "--set", "nps=eleven")
    assert (wrong.exit_code, "facts.nps must be a whole number from 0 to 10" in wrong.stderr) == (1, True)

    assert run("advocate", "exclude", "eva", "--program", "staff").exit_code == 1
    assert said("advocate", "exclude", "eva", "--program", "staff", "--reason", "On leave")["reason"] == "On leave"
    told = run("advocate", "check", "eva", "--program", "staff")
    assert (told.exit_code, "because: On leave" in told.stdout) == (1, True)
    assert said("advocate", "check", ADA, "--program", "staff")["person"] == changed["person"]
    ran("advocate", "include", "eva", "--program", "staff")
    assert said("advocate", "check", "eva", "--program", "staff")["eligible"] is True

    made = said("invitation", "create", "--program", "ambassadors", "--person", "ada", "--days", "3")
    assert made["url"].endswith(f"/join/ambassadors?invitation={made['token']}")
    (listed,) = said("invitation", "list", "--program", "ambassadors")["invitations"]
    assert (listed["id"], listed["state"]) == (made["id"], "open")
    assert made["token"] not in ran("invitation", "list", "--program", "ambassadors")
    ran("invitation", "revoke", made["id"])
    assert said("invitation", "list", "--program", "ambassadors")["invitations"][0]["state"] == "revoked"
    (member,) = said("segment", "show", "--program", "top")["members"]
    assert member["person"] == changed["person"]
    assert run("segment", "show", "--program", "staff").exit_code == 1


def test_a_row_with_a_fact_that_is_none_is_rejected_and_kept(staff: None, tmp_path: Path) -> None:
    file = lines(tmp_path / "people.jsonl", {"person": "ada", "facts": {"employee": "yes"}}, {"person": "ben"})
    told = run("customers", "import", file, "--json")
    assert told.exit_code == 1
    assert "facts.employee: must be true or false" in told.stderr
