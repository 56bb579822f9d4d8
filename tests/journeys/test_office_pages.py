"""Staff look after webhooks, read the log, and say who of them may do what."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from passaparola import actions
from passaparola.actions.ledger.replayers import REPLAYERS
from passaparola.actions.operators import list_operators
from passaparola.inbound.web.operators.office.acts import ACT_WORDS
from passaparola.inbound.web.operators.office.given import GIVEN_WORDS
from passaparola.inbound.web.operators.office.log import readable
from passaparola.store.models import Act, WebhookDelivery, WebhookEndpoint, Workspace
from tests.databases import only_sqlite
from tests.journeys.caller import Shop
from tests.journeys.staff import an_operator, send, signed_in

pytestmark = only_sqlite
ADDRESS = "https://shop.example.com/hooks"
UNSHOWN = ("document", "note")  # the text of a program; a note stands by itself


def text(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def names_in_acts() -> Iterator[str]:
    """The names of what acts are given, where they stand in the act itself."""
    for path in Path(actions.__path__[0]).rglob("*.py"):
        if "desk.act(" in (source := path.read_text(encoding="utf-8")):
            for call in ast.walk(ast.parse(source)):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "act":
                    yield from (given.arg for given in call.keywords if given.arg and given.arg not in UNSHOWN)


def with_webhook(olga: Client) -> str:
    """The page of an address that hears of us, and its secret once."""
    made = send(olga, "/settings/webhooks/", to="/settings/webhooks/make/", url=ADDRESS, description="Till")
    assert re.search(r'<code class="secret" dir="ltr">whsec_[^<]+</code>', made.content.decode())
    return f"/settings/webhooks/whk_{WebhookEndpoint.objects.get().id.hex}/"


def test_an_address_is_added_tested_and_shows_what_was_sent(shop: Shop) -> None:
    olga = signed_in()
    page = with_webhook(olga)
    assert "whsec_" not in text(olga, page), "a secret is shown once"
    send(olga, page, to=f"{page}test/")
    shown = text(olga, page)
    assert "webhook.test" in shown
    assert "waits" in shown
    delivery = WebhookDelivery.objects.get()
    delivery.state = "failed"
    delivery.save()
    send(olga, page, to=f"{page}whd_{delivery.id.hex}/resend/")
    assert WebhookDelivery.objects.filter(state="waiting").exists()
    assert "given up" in text(olga, f"{page}?state=failed")


def test_an_address_is_switched_off_and_on_gets_a_new_secret_and_is_removed(shop: Shop) -> None:
    olga = signed_in()
    page = with_webhook(olga)
    send(olga, page, to=f"{page}disable/")
    assert "Why it is disabled" in text(olga, page)
    assert f"{page}test/" not in text(olga, page)
    assert f"{page}replay/" not in text(olga, page), "nothing is sent again to what is off"
    send(olga, page, to=f"{page}enable/")
    assert "whsec_" in send(olga, page, to=f"{page}rotate/").content.decode()
    assert send(olga, page, to=f"{page}dance/").status_code == 404
    assert "Remove this address?" in text(olga, f"{page}remove/")
    assert olga.get(f"{page}rotate/").status_code == 405
    send(olga, page, to=f"{page}remove/")
    assert olga.get(page).status_code == olga.get(f"{page}remove/").status_code == 404
    assert "No address hears of us yet." in text(olga, "/settings/webhooks/")


def test_a_wrong_address_or_time_is_said_beside_its_field_and_loses_nothing(shop: Shop) -> None:
    olga = signed_in()
    wrong = send(
        olga, "/settings/webhooks/", to="/settings/webhooks/make/", url="", description="Till 7"
    ).content.decode()
    assert "Till 7" in wrong
    assert 'aria-invalid="true"' in wrong
    refused = send(olga, "/settings/webhooks/", to="/settings/webhooks/make/", url="ftp://shop")
    assert "Not done: The address must begin with https://. Nothing" in refused.content.decode()
    page = with_webhook(olga)
    assert 'aria-invalid="true"' in send(olga, page, to=f"{page}replay/", since="yesterday").content.decode()
    send(olga, page, to=f"{page}replay/", since="2026-11-20T10:00")
    assert "sent again" in text(olga, page) or WebhookEndpoint.objects.get().replay_until


def test_the_log_says_who_did_what_and_can_be_narrowed_to_one(shop: Shop) -> None:
    olga = signed_in()
    with_webhook(olga)
    shown = text(olga, "/settings/log/")
    assert "Webhook added<br>" in shown
    assert "webhook.create</bdi>" in shown
    assert "staff:olga" in shown
    assert '<option value="webhook.create">Webhook added</option>' in shown
    assert "webhook.create</bdi>" in text(olga, "/settings/log/?act=webhook.create")
    assert "webhook.create</bdi>" not in text(olga, "/settings/log/?act=webhook.remove")
    assert "webhook.create</bdi>" in text(olga, "/settings/log/?act=nonsense")
    assert "Nothing fits these filters." in text(olga, "/settings/log/?actor=staff:nobody")
    assert (readable(False), readable(["a", 1]), readable(None), readable([])) == ("no", "a, 1", "–", "–")
    assert ACT_WORDS.keys() == REPLAYERS.keys(), "every verb has words"
    assert len({str(words) for words in ACT_WORDS.values()}) == len(ACT_WORDS), "two verbs that read the same"
    assert '<span class="text-secondary">What it hears of</span>' in shown
    assert set(names_in_acts()) <= GIVEN_WORDS.keys(), "every name that stands in an act has words"


def test_what_is_said_of_the_firm_is_changed_and_what_is_wrong_is_said_at_its_field(shop: Shop) -> None:
    olga, page = signed_in(), "/settings/firm/"
    told = {
        "name": "Bottega Lina",
        "contact_email": "Ciao@Lina.example",
        "postal_address": "Via Roma 1",
        "website": "https://lina.example",
    }
    given = {**told, "invite_countries": "it, PL", "lateness_days": "7"}
    wrong = {
        "name": " ",
        "contact_email": "ciao@",
        "website": "lina",
        "invite_countries": "Italy",
        "lateness_days": "-1",
    }
    for field, what in wrong.items():
        said = send(olga, page, **{**given, field: what}).content.decode()
        assert said.count('aria-invalid="true"') == 1, field
        assert "Via Roma 1" in said, "what was typed is still there"
    assert Workspace.objects.get().lateness_days == 30
    assert send(olga, page, **given).headers["Location"] == page
    row = Workspace.objects.get()
    assert {**told, "contact_email": "ciao@lina.example"} == {name: getattr(row, name) for name in told}
    assert (row.invite_countries, row.lateness_days) == ("IT,PL", 7)
    assert 'value="IT, PL"' in text(olga, page)
    assert "E-mail address for questions, Countries" in text(olga, "/settings/log/?act=workspace.contact")
    Workspace.objects.update(invites_allowed_at=1)
    refused = send(olga, page, **{**given, "postal_address": ""}).content.decode()
    assert "Not done: Invitations are mailed, and each of them names a postal address. Nothing" in refused
    assert "lina.example" in refused


def test_roles_and_access_hold_from_the_next_request_on(shop: Shop) -> None:
    olga = signed_in()
    an_operator("sam")
    send(olga, "/settings/staff/", to="/settings/staff/change/", name="sam", verb="role", role="support")
    assert {row.name: row.role for row in list_operators()}["sam"] == "support"
    send(olga, "/settings/staff/", to="/settings/staff/change/", name="sam", verb="shut_out")
    assert not {row.name: row.active for row in list_operators()}["sam"]
    send(olga, "/settings/staff/", to="/settings/staff/change/", name="olga", verb="role", role="sales")
    assert "the last administrator" in text(olga, "/settings/staff/")
    assert send(olga, "/settings/staff/", to="/settings/staff/change/", name="sam", verb="dance").status_code == 404
    assert send(olga, "/settings/staff/", to="/settings/staff/change/", name="s\0m", verb="admit").status_code == 302
    told = [(a.actor, a.verb, a.subject) for a in Act.objects.filter(verb__startswith="staff.").order_by("at")]
    assert told == [("staff:olga", "staff.role", "sam"), ("staff:olga", "staff.access", "sam")]
    assert olga.get("/settings/log/?actor=%00").status_code == 200
    assert {row.name: row.role for row in list_operators()}["olga"] == "administrator"


@pytest.mark.parametrize("path", ["/settings/webhooks/", "/settings/log/", "/settings/staff/", "/settings/firm/"])
def test_who_has_not_the_permit_sees_none_of_it(shop: Shop, path: str) -> None:
    assert signed_in("sara", role="sales").get(path).status_code == 403
    assert signed_in("olga").get(path).status_code == 200
