"""`passaparola operator`: staff are made, listed, reset and let in no more by whoever runs the server."""

import json
from urllib.parse import urlsplit

from django.contrib.auth import get_user_model

from passaparola.actions.operators import ensure_first_operator
from tests.databases import Database, only_sqlite
from tests.journeys.command_line import run
from tests.journeys.staff import PASSWORD, a_browser, give_password, send

pytestmark = only_sqlite


def test_a_colleague_is_added_by_a_link_and_let_in_no_more(database: Database) -> None:
    ensure_first_operator()
    added = run("operator", "add", "Nora", "--email", "nora@example.com", "--role", "sales")
    assert added.exit_code == 0, added.stderr
    assert added.stdout.startswith("nora sets up the account here: http://localhost:8000/accounts/password/reset/key/")
    nora = a_browser()
    page = nora.get(urlsplit(added.stdout.split()[-1]).path).headers["Location"]
    assert send(nora, page, password1=PASSWORD, password2=PASSWORD).status_code == 302
    listed = json.loads(run("operator", "list", "--json").stdout)["operators"]
    assert [(o["name"], o["email"], o["role"], o["active"], o["second_factor"]) for o in listed] == [
        ("nora", "nora@example.com", "sales", True, False),
        ("operator", "", "administrator", True, False),
    ]
    assert "nora@example.com" in run("operator", "list").stdout
    assert run("operator", "role", "nora", "support").stdout == "nora has the role support now.\n"
    assert run("operator", "disable", "nora").stdout == "nora can sign in no more.\n"
    assert nora.get("/").headers["Location"].startswith("/accounts/login/")
    assert run("operator", "enable", "nora").exit_code == 0
    assert "begins anew here: http" in run("operator", "reset", "nora").stdout
    assert give_password(a_browser(), "nora").status_code == 200, "the old password is gone"


def test_what_cannot_be_is_said_in_one_line(database: Database) -> None:
    ensure_first_operator()
    for given, said in (
        (("add", "operator"), "There is an operator operator already"),
        (("add", "two words"), "is no name"),
        (("reset", "nobody"), "There is no operator 'nobody'"),
        (("disable", "operator"), "the last one who can sign in"),
        (("role", "operator", "sales"), "the last administrator who can sign in"),
    ):
        refused = run("operator", *given)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1), refused.stderr
        assert said in refused.stderr
    assert get_user_model().objects.get().is_active
