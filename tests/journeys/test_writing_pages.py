"""A program is written in a page: from the gallery, checked as a whole, planned before it is published, and taken back."""

import html
import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from passaparola.actions.writer import QueueFull, Writer
from passaparola.inbound.gallery import shipped
from passaparola.store.models import Branding, Picture, Program, ProgramVersion
from tests.databases import only_sqlite
from tests.journeys.caller import Shop
from tests.journeys.staff import send, signed_in

pytestmark = only_sqlite
PAGE = "/programs/friends/file/"
LOOK = {"accent": "#0f766e", "typeface": "sans", "corners": "soft", "tone": "warm"}
_TEXT = re.compile(r"<textarea[^>]*>\n?(.*?)</textarea>", re.DOTALL)
_PLAN = re.compile(r'name="plan" value="([^"]+)"')


@pytest.fixture
def olga(shop: Shop) -> Client:
    return signed_in()


def pressed(olga: Client, page: str, do: str, **given: Any) -> Any:
    return send(olga, page, do=do, **given)


def shown(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def text_in(page: str) -> str:
    return html.unescape(_TEXT.search(page)[1])  # type: ignore[index]


def planned(page: str) -> str:
    return _PLAN.search(page)[1]  # type: ignore[index]


def test_every_shipped_program_is_in_the_gallery_with_its_point_and_opens_without_an_error(olga: Client) -> None:
    gallery = html.unescape(shown(olga.get("/gallery/")))
    for one in shipped():
        assert f"/gallery/{one.template.name}/" in gallery
        assert one.template.point in gallery
    checked = shown(pressed(olga, "/gallery/x14-flat/", "check", text=text_in(shown(olga.get("/gallery/x14-flat/")))))
    assert "to mend before it can be published" not in checked
    assert "The rule in words" in checked
    assert "x23-affiliates" not in shown(olga.get("/gallery/?for=small_business"))
    assert olga.get("/gallery/nothing/").status_code == 404


def test_a_program_from_the_gallery_is_live_after_plan_and_publish(olga: Client) -> None:
    page = "/gallery/give-5-get-5/"
    text = text_in(shown(olga.get(page)))
    plan = shown(pressed(olga, page, "plan", text=text))
    assert "The program is new." in plan
    made = pressed(olga, page, "publish", text=text, plan=planned(plan))
    assert made.headers["Location"] == "/programs/give-5-get-5/"
    assert Program.objects.get(slug="give-5-get-5").live_version == 1
    taken = shown(pressed(olga, page, "plan", text=text.replace("5.00", "6.00")))
    assert "There is a program that is called so. Give this one another name." in taken, "nobody writes over it unseen"
    assert _PLAN.search(taken) is None
    file = "/programs/give-5-get-5/file/"
    again = pressed(olga, file, "publish", text=text, plan=planned(shown(pressed(olga, file, "plan", text=text))))
    assert "This text stands there already. Nothing was changed." in shown(olga.get(again.headers["Location"]))


def test_a_program_without_a_goal_is_published_with_the_reason_why(olga: Client) -> None:
    page = "/gallery/give-5-get-5/"
    text = re.sub(r"goal: .*\n", "", text_in(shown(olga.get(page))))
    plan = planned(shown(pressed(olga, page, "plan", text=text)))
    refused = html.unescape(shown(pressed(olga, page, "publish", text=text, plan=plan)))
    assert "The file has no goal. Add one, such as `goal: {kind: new_customers" in refused
    assert text_in(refused) == text
    assert 'name="without_goal"' in shown(pressed(olga, page, "plan", text=text))
    assert pressed(olga, page, "publish", text=text, plan=plan, without_goal="A trial").status_code == 302
    assert "A trial" in shown(olga.get("/settings/log/"))


def test_everything_wrong_is_said_at_once_with_its_line_and_nothing_typed_is_lost(olga: Client) -> None:
    before = text_in(shown(olga.get(PAGE)))
    wrong = before + "\nsurprise: 1\nhold: -3\n"
    for do in ("check", "plan", "publish"):
        said = shown(pressed(olga, PAGE, do, text=wrong, plan="pln_x"))
        assert "2 things to mend" in said
        assert text_in(said) == wrong
    assert ProgramVersion.objects.count() == 1


def test_a_plan_shows_the_difference_and_a_stale_one_is_made_again_instead_of_published(olga: Client) -> None:
    before = text_in(shown(olga.get(PAGE)))
    after = before.replace("5.00", "6.00")
    assert after != before
    plan = shown(pressed(olga, PAGE, "plan", text=after))
    assert "<ins>" in plan
    assert "What publishing changes" in plan
    other = shown(pressed(olga, PAGE, "publish", text=after.replace("6.00", "7.00"), plan=planned(plan)))
    assert "has changed since you looked" in other
    assert ProgramVersion.objects.count() == 1
    assert pressed(olga, PAGE, "publish", text=after, plan=planned(plan)).status_code == 302
    again = shown(pressed(olga, PAGE, "publish", text=before, plan=planned(plan)))
    assert "has changed since you looked" in again
    assert Program.objects.get(slug="friends").live_version == 2


def test_an_earlier_version_returns_as_the_next_one(olga: Client) -> None:
    before = text_in(shown(olga.get(PAGE)))
    after = before.replace("5.00", "6.00")
    plan = shown(pressed(olga, PAGE, "plan", text=after))
    pressed(olga, PAGE, "publish", text=after, plan=planned(plan))
    asked = shown(olga.get(f"{PAGE}1/return/"))
    assert "Return to version 1?" in asked
    assert "5.00" in asked
    assert Program.objects.get(slug="friends").live_version == 2, "it is asked before"
    send(olga, PAGE, to=f"{PAGE}1/return/")
    assert Program.objects.get(slug="friends").live_version == 3
    assert text_in(shown(olga.get(PAGE))) == before
    send(olga, PAGE, to=f"{PAGE}9/return/")
    assert "Not done" in shown(olga.get(PAGE))
    assert send(olga, PAGE, to="/programs/nosuch/file/1/return/").status_code == 404


def test_a_draft_beside_the_live_version_is_opened_again(olga: Client) -> None:
    draft = text_in(shown(olga.get(PAGE))) + "\nstatus: draft\n"
    assert (
        pressed(
            olga, PAGE, "publish", text=draft, plan=planned(shown(pressed(olga, PAGE, "plan", text=draft)))
        ).status_code
        == 302
    )
    assert Program.objects.get(slug="friends").live_version == 1
    opened = shown(olga.get(PAGE))
    assert "Saved as a draft. It holds for nobody before its text goes live." in opened
    assert text_in(opened) == draft


def test_what_was_typed_stays_in_the_page_while_the_server_is_busy(
    olga: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = text_in(shown(olga.get(PAGE))).replace("5.00", "6.00")
    plan = planned(shown(pressed(olga, PAGE, "plan", text=text)))

    def full(*_: Any, **__: Any) -> None:
        raise QueueFull

    monkeypatch.setattr(Writer, "run", full)
    for do, key in (("plan", ""), ("publish", plan), ("publish", "pln_x")):
        said = shown(pressed(olga, PAGE, do, text=text, plan=key))
        assert "The server is busy. Nothing was changed" in said
        assert text_in(said) == text
    block = "/programs/friends/page/"
    for page, to, given in (
        (block, f"{block}en/message/", {"message-words": "What we wrote"}),
        ("/settings/design/", "", {**LOOK, "custom_css": "h1 { margin: 7px }"}),
        ("/settings/", "/settings/keys/", {"name": "What we wrote", "kind": "everything"}),
    ):  # fmt: skip
        said = shown(send(olga, page, to=to, **given))
        assert "The server is busy" in said
        assert "What we wrote" in said or "margin: 7px" in said


def test_another_picture_in_a_form_that_was_sent_is_not_said_to_be_saved(olga: Client) -> None:
    def sent(colour: str) -> Any:
        made = BytesIO()
        Image.new("RGB", (64, 64), colour).save(made, "PNG")
        logo = SimpleUploadedFile("logo.png", made.getvalue(), "image/png")
        return send(olga, "/settings/design/", logo=logo, token="t" * 24, **LOOK)

    assert [sent("red").status_code for _ in range(2)] == [302, 302]
    assert "sent before with something else" in shown(sent("blue"))
    assert Picture.objects.count() == 1
    was = {f"was_{name}": text for name, text in LOOK.items()}
    for mine in ({"accent": "#7c2d12"}, {"corners": "round"}):  # two people who opened the page at one moment
        assert send(olga, "/settings/design/", **{**LOOK, **was, **mine}).status_code == 302
    look = Branding.objects.get()
    assert (look.accent, look.corners) == ("#7c2d12", "round"), "what one of them saved is not lost"
    assert 'name="was_accent" value="#7c2d12"' in shown(olga.get("/settings/design/"))


def test_a_file_of_another_program_is_not_published_here(olga: Client) -> None:
    text = text_in(shown(olga.get(PAGE))).replace("program: friends", "program: strangers")
    assert "of the program strangers" in shown(pressed(olga, PAGE, "plan", text=text))


def test_who_may_not_write_programs_sees_none_of_it(shop: Shop) -> None:
    sam = signed_in("sam", role="support")
    assert sam.get("/gallery/").status_code == 403
    assert sam.get(PAGE).status_code == 403
    assert PAGE not in shown(sam.get("/programs/friends/"))
