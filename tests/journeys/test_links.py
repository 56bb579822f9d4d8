"""The advocates' links: the visit is recorded durably, and the friend is sent to where the program says and nowhere else."""

import contextlib
import errno
from collections.abc import Sequence
from http.client import HTTPConnection
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from passaparola.actions.imports.events import import_events
from passaparola.actions.ledger.replay import verify_replay
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.visits.confirm import confirm_visit
from passaparola.actions.visits.record import VisitRecorder
from passaparola.actions.visits.spool import Spool
from passaparola.domain.instant import iso
from passaparola.domain.programs.destinations import Address
from passaparola.domain.tokens import Clicked, read_visit_token
from passaparola.domain.visits import Visit
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.links import redirect, running, targets
from passaparola.inbound.links.running import the_recorder, the_targets
from passaparola.inbound.running import the_writer
from passaparola.store.session import reading, writing
from tests.databases import Database, on_both, only_sqlite
from tests.journeys.caller import PROGRAM, Answer, Shop, now, purchase, request, served
from tests.ledger_clean import assert_books_balance

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
NAVIGATES = {
    "sec_fetch_mode": "navigate",
    "sec_fetch_dest": "document",
    "sec_fetch_site": "none",
    "sec_fetch_user": "?1",
}
LANDING = PROGRAM + "landing: {{url: 'https://shop.example/welcome?a=1', hosts: [blog.shop.example]}}\n"


def open_link(shop: Shop, path: str, *, method: str = "GET", agent: str = BROWSER, **headers: str) -> Answer:
    return shop.call(method, path, key="", user_agent=agent, **headers)


def as_person(shop: Shop, path: str, **more: Any) -> Answer:
    return open_link(shop, path, **NAVIGATES, **more)


def ada(shop: Shop) -> dict[str, Any]:
    """Ada's link."""
    said = shop.event({"id": "share-1", "type": "share", "person": "ada", "to": "somebody"})
    assert said.status == 201
    links = shop.items("/api/v1/links")
    return links[0]


def visits() -> list[tuple[Any, ...]]:
    with reading() as session:
        return session.rows("SELECT id, kind, channel, confirmed_at, at FROM store_visit ORDER BY id")


def token_of(said: Answer) -> str:
    address = said.headers["location"]
    return (address.partition("v=")[2] or address.partition("visit=")[2]).partition("&")[0]


def test_a_click_is_recorded_and_sent_to_the_landing_page(shop: Shop) -> None:
    link = ada(shop)
    before = now()
    said = as_person(shop, f"/r/{link['slug']}?c=whatsapp&location=centre")
    assert said.status == 302
    assert said.headers["location"].startswith(f"/l/{link['slug']}?v=v_")
    assert said.headers["location"].endswith("&location=centre")
    assert said.headers["cache-control"] == "no-store"
    assert said.headers["x-robots-tag"] == "noindex"
    assert "referrer-policy" in said.headers
    ((key, kind, channel, confirmed, at),) = visits()
    assert (kind, channel, confirmed) == ("person", "whatsapp", None)
    assert before <= at <= now()
    assert read_visit_token(the_keyring().visits, shop.workspace, token_of(said)) == Clicked(key, at, link["code"])


@on_both
def test_a_token_binds_the_friend_without_cookie_or_code_and_confirms_the_visit(shop: Shop) -> None:
    link = ada(shop)
    token = token_of(open_link(shop, f"/r/{link['slug']}"))
    ((key, kind, *_),) = visits()
    assert kind == "unconfirmed"
    signed_up = {"id": "signup-ben", "type": "signup", "person": "ben", "visit": token}
    assert shop.event(signed_up).status == 201
    assert shop.event(purchase("ben", "o1")).status == 201
    ((referral),) = [r for r in shop.items("/api/v1/referrals") if r["status"] == "converted"]
    assert referral["advocate"] is not None
    ((same, kind, _, confirmed, _),) = visits()
    assert (same, kind) == (key, "person")
    assert confirmed is not None
    with reading() as session:
        rows = session.rows("SELECT source, external_id, type FROM store_event WHERE external_id = %(id)s", id=key)
    assert rows == [("link", key, "visit")]
    assert shop.event(signed_up).json["outcome"] == "duplicate"


@only_sqlite
def test_trk_01_a_code_a_link_and_a_card_lead_to_the_same_advocate(shop: Shop) -> None:
    link = ada(shop)
    shared, card = (token_of(as_person(shop, f"/r/{link['slug']}?c={channel}")) for channel in ("copy", "card"))
    for friend, way in (
        ("ben", {"code": str(link["code"]).lower()}),
        ("eva", {"visit": shared}),
        ("leo", {"visit": card}),
    ):
        known = {"id": f"s-{friend}", "type": "signup", "person": friend, **way}
        assert shop.event([known, purchase(friend, f"o-{friend}")]).status == 200
    bound = [(r["advocate"], r["bound_by"]) for r in shop.items("/api/v1/referrals") if r["status"] == "converted"]
    assert sorted(way for _, way in bound) == ["code", "visit", "visit"]
    assert len({advocate for advocate, _ in bound}) == 1


@only_sqlite
def test_a_forged_token_is_refused_and_says_how_to_mend_it(shop: Shop) -> None:
    link = ada(shop)
    token = token_of(as_person(shop, f"/r/{link['slug']}"))
    publishable = shop.new_key(publishable=True)
    forged = (token[:-8] + token[-8:].swapcase(), "v_1", token + "A", "v_" + "A" * 80)
    for key, name in ((None, "signup-ben"), (publishable, "web-signup-ben")):
        for visit in forged:
            wrong = shop.event({"id": name, "type": "signup", "person": "ben", "visit": visit}, key=key)
            assert (wrong.status, wrong.fields) == (422, {"visit"})
            assert "token" in wrong.json["errors"][0]["message"]
        right = shop.event({"id": name, "type": "signup", "person": "ben", "visit": token}, key=key)
        assert right.status == 201


def test_the_landing_page_confirms_a_visit_whose_row_is_still_on_its_way(shop: Shop) -> None:
    link = ada(shop)
    clicked = Clicked("0" * 31 + "1", now(), link["code"])
    for _ in range(2):
        the_writer().run(lambda: confirm_visit(shop.workspace, clicked, now()))
    ((key, kind, _, confirmed, at),) = visits()
    assert (key, kind, at) == (clicked.visit, "person", clicked.at)
    assert confirmed is not None


def test_a_slug_that_nobody_gave_away_is_a_plain_page(shop: Shop) -> None:
    for slug in ("nosuchlink", "x" * 65, "a%0d%0aSet-Cookie:b", "a;b", "../../etc", "A B"):
        said = as_person(shop, f"/r/{slug}")
        assert said.status == 404
        assert "set-cookie" not in said.headers
        assert said.headers["x-robots-tag"] == "noindex"
        assert (
            "script" not in said.headers["content-security-policy"]
            or "'unsafe" not in said.headers["content-security-policy"]
        )
    assert visits() == []


def live(shop: Shop, program: str) -> None:
    apply_program(program.format(slug="friends"), workspace=shop.workspace, now=now(), actor="Olga")
    the_targets().refresh()


@on_both
def test_a_program_with_a_landing_page_sends_friends_there_with_visit_and_code(shop: Shop) -> None:
    link = ada(shop)
    assert as_person(shop, f"/r/{link['slug']}").headers["location"].startswith("/l/")
    live(shop, LANDING)
    said = as_person(shop, f"/r/{link['slug']}")
    token = token_of(said)
    assert said.headers["location"] == f"https://shop.example/welcome?a=1&visit={token}&code={link['code']}"
    assert read_visit_token(the_keyring().visits, shop.workspace, token) is not None
    other = as_person(shop, f"/r/{link['slug']}?to=https://blog.shop.example/news%23top")
    assert other.headers["location"].startswith("https://blog.shop.example/news?visit=v_")
    assert other.headers["location"].endswith(f"&code={link['code']}#top")


ELSEWHERE = (
    "//evil.example", "/%5Cevil.example", "https:evil.example", "javascript:alert(1)", "https://shop.example%0d%0aSet-Cookie:a=b",
     "https://shop.example/%250d%250a", "https://good@evil.example/", "https://shop.example@evil.example", "https://shop%E3%80%82example/",
     "https://evil.example/", "http://shop.example/", "",
)  # fmt: skip


def stays_within(shop: Shop, elsewhere: Sequence[str]) -> None:
    """A link that asks for any of these leads to where the program says."""
    link = ada(shop)
    ends = ((LANDING, "https://shop.example/"), (PROGRAM, f"/l/{link['slug']}?v="))
    for (program, start), to in product(ends, elsewhere):
        live(shop, program)
        said = as_person(shop, f"/r/{link['slug']}?to={to}")
        assert said.status == 302
        assert said.headers["location"].startswith(start)
        assert "\r" not in said.headers["location"]
        assert "\n" not in said.headers["location"]
        assert "set-cookie" not in said.headers


@only_sqlite
def test_a27_a_link_leads_nowhere_else(shop: Shop) -> None:
    stays_within(shop, ELSEWHERE)


@only_sqlite
def test_a27_a_redirect_that_trusts_where_it_is_sent_is_caught(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redirect, "allowed", lambda text, _: Address("https", text, "", "", ""))
    with pytest.raises(AssertionError):
        stays_within(shop, ["evil.example"])


@only_sqlite
def test_a28_nothing_in_a_link_gets_into_a_header(shop: Shop) -> None:
    link = ada(shop)
    for query in ("c=%0d%0aSet-Cookie:a=b", "c=a;b", "c=" + "x" * 33, "c=UPPER", "c=a&to=%00", "&&&=;=", "c"):
        said = as_person(shop, f"/r/{link['slug']}?{query}")
        assert said.status == 302
        assert "set-cookie" not in said.headers
        assert said.headers["location"] == f"/l/{link['slug']}?v={token_of(said)}"
    assert {row[2] for row in visits()} <= {"", "a"}


def test_a25_a_link_tells_nothing_of_the_advocate(shop: Shop) -> None:
    shop.event(
        {"id": "share-1", "type": "share", "person": {"customer_id": "ada-4711", "email": "ada@example.com"}, "to": "x"}
    )
    link = shop.items("/api/v1/links")[0]
    said = as_person(shop, f"/r/{link['slug']}")
    text = " ".join([*said.headers.values(), said.body.decode()])
    person = shop.items("/api/v1/advocates")[0]["person"].removeprefix("per_")
    assert not [
        word
        for word in ("ada", "4711", person, link["id"].removeprefix("lnk_"))
        if word in text.lower().replace(link["slug"], "")
    ]
    assert link["slug"] not in person


MACHINES: tuple[tuple[str, dict[str, str]], ...] = (
    ("HEAD", NAVIGATES),
    ("GET", {**NAVIGATES, "agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}),
    ("GET", {**NAVIGATES, "agent": "WhatsApp/2.23.20.0 A"}),
    ("GET", {**NAVIGATES, "agent": ""}),
    ("GET", {**NAVIGATES, "sec_purpose": "prefetch"}),
    ("GET", {"sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"}),
    ("GET", {"sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"}),
)


def test_a29_a31_a_machine_is_sent_on_counts_as_nobody_and_uses_no_token(shop: Shop) -> None:
    link = ada(shop)
    for program, location in (
        (PROGRAM, f"/l/{link['slug']}"),
        (LANDING, f"https://shop.example/welcome?a=1&code={link['code']}"),
    ):
        live(shop, program)
        for method, headers in MACHINES:
            said = open_link(shop, f"/r/{link['slug']}", method=method, **headers)
            assert (said.status, said.headers["location"], said.body) == (302, location, b"")
    assert [row[1] for row in visits()] == ["machine"] * 2 * len(MACHINES)


def test_a31_a_scanner_that_looks_like_a_browser_counts_when_its_token_is_used_and_not_before(shop: Shop) -> None:
    link = ada(shop)
    safe_links = [token_of(open_link(shop, f"/r/{link['slug']}")) for _ in range(2)]
    friend = token_of(as_person(shop, f"/r/{link['slug']}"))
    assert [row[1] for row in visits()] == ["unconfirmed", "unconfirmed", "person"]
    assert len({*safe_links, friend}) == 3
    assert shop.event({"id": "signup-ben", "type": "signup", "person": "ben", "visit": friend}).status == 201
    assert [row[1] for row in visits()] == ["unconfirmed", "unconfirmed", "person"]


def test_only_get_and_head_are_answered(shop: Shop) -> None:
    link = ada(shop)
    said = open_link(shop, f"/r/{link['slug']}", method="POST")
    assert (said.status, said.headers["allow"]) == (405, "GET, HEAD")
    assert visits() == []


@on_both
def test_a_link_that_was_switched_off_and_one_of_an_ended_program_lead_to_a_page(shop: Shop) -> None:
    link = ada(shop)
    assert as_person(shop, f"/r/{link['slug']}").status == 302
    for statement in ("UPDATE store_program SET status = 'ended'", "UPDATE store_sharelink SET active = %(no)s"):
        with writing() as session:
            session.run("UPDATE store_program SET status = 'active'")
            session.run(statement, **({"no": False} if "%(no)s" in statement else {}))
        the_targets().forget()
        said = as_person(shop, f"/r/{link['slug']}")
        assert said.status == 404
        assert b"no longer open" in said.body
    assert len(visits()) == 1


def test_a_slug_in_capitals_is_the_same_link(shop: Shop) -> None:
    link = ada(shop)
    assert as_person(shop, f"/r/{link['slug'].upper()}").status == 302


def test_the_report_tells_people_from_machines_and_counts_nobody_twice(shop: Shop) -> None:
    link = ada(shop)
    person, looks_like_one = as_person(shop, f"/r/{link['slug']}"), open_link(shop, f"/r/{link['slug']}")
    for _ in range(3):
        open_link(shop, f"/r/{link['slug']}", agent="Twitterbot/1.0")
    counts = ("visits", "unconfirmed_visits", "machine_visits")
    before = shop.get("/api/v1/report?program=friends").json
    assert [before[name] for name in counts] == [1, 1, 3]
    for n, said in enumerate((person, looks_like_one)):
        signed_up = shop.event({"id": f"s{n}", "type": "signup", "person": f"f{n}", "visit": token_of(said)})
        assert signed_up.status == 201
    after = shop.get("/api/v1/report?program=friends").json
    assert [after[name] for name in counts] == [2, 0, 3]
    assert after["referred_signups"] == 2


@only_sqlite
def test_with_the_database_away_a_known_link_goes_on_and_an_unknown_one_asks_to_come_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = ada(shop)
    assert as_person(shop, f"/r/{link['slug']}").status == 302

    def away(*_: Any) -> Any:
        raise OperationalError("away")

    monkeypatch.setattr(targets, "linked_programs", away)
    monkeypatch.setattr(running, "write_visits", away)
    known, unknown = as_person(shop, f"/r/{link['slug']}"), as_person(shop, "/r/another")
    assert (known.status, known.headers["location"][:3]) == (302, "/l/")
    assert (unknown.status, unknown.headers["retry-after"]) == (503, "30")
    assert b"open it again" in unknown.body
    assert len(visits()) == 1
    monkeypatch.undo()
    the_recorder()._spool.close()
    assert running.drain_visits(Spool(settings.DATA)) == 1
    assert len(visits()) == 2


def goes_on_with_nowhere_to_write(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the database nor the disk takes a visit: the friend goes on, and /metrics says what was lost."""

    def lost() -> float:
        text = request("GET", "/metrics", b"", "", {}).body.decode()
        found = [line for line in text.splitlines() if line.startswith('visits_total{result="lost"}')]
        return float(found[0].split()[-1]) if found else 0.0

    def away(*_: Any) -> Any:
        raise OperationalError("away")

    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    link, before = ada(shop), lost()
    with monkeypatch.context() as patch:
        patch.setattr(running, "write_visits", away)
        patch.setattr("passaparola.actions.visits.spool._write", full)
        said = [as_person(shop, f"/r/{link['slug']}") for _ in range(3)]
    assert {(answer.status, answer.headers["location"][:3]) for answer in said} == {(302, "/l/")}
    assert lost() == before + 3
    assert visits() == []


@only_sqlite
def test_with_the_disk_full_too_the_friend_goes_on_and_the_loss_is_a_number(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on_with_nowhere_to_write(shop, monkeypatch)


@only_sqlite
def test_a_planted_loss_that_nobody_counts_is_caught(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(self: VisitRecorder, waiting: list[Visit]) -> None:
        with contextlib.suppress(OSError):
            self._spool.append(waiting)

    monkeypatch.setattr(VisitRecorder, "_keep", silent)
    with pytest.raises(AssertionError):
        goes_on_with_nowhere_to_write(shop, monkeypatch)


@only_sqlite
def test_a_file_of_past_events_may_name_visits_by_their_tokens(shop: Shop) -> None:
    link = ada(shop)
    token = token_of(open_link(shop, f"/r/{link['slug']}"))
    lines = [
        (1, {"id": "s1", "type": "signup", "person": "ben", "at": iso(now()), "visit": token}),
        (2, {"id": "s2", "type": "signup", "person": "cid", "at": iso(now()), "visit": token[:-3]}),
    ]
    told = import_events(lines, workspace=shop.workspace, now=now(), keys=the_keyring())
    assert (told.recorded, [line for line, _ in told.rejected]) == (1, [2])
    assert [row[1] for row in visits()] == ["person"]
    assert shop.get("/api/v1/report?program=friends").json["referred_signups"] == 1
    again = import_events(lines, workspace=shop.workspace, now=now(), keys=the_keyring())
    assert (again.recorded, again.duplicates) == (0, 1)


def test_l10_the_log_with_visits_through_links_can_be_done_again(shop: Shop) -> None:
    link = ada(shop)
    token = token_of(open_link(shop, f"/r/{link['slug']}"))
    assert shop.event({"id": "s1", "type": "signup", "person": "ben", "visit": token}).status == 201
    assert shop.event(purchase("ben", "o1")).status == 201
    assert the_writer().run(lambda: verify_replay(shop.workspace)) == []
    assert_books_balance(shop.workspace)


@only_sqlite
def test_the_links_that_are_remembered_are_bounded_and_all_are_found(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        assert shop.event({"id": f"share-{n}", "type": "share", "person": f"a{n}", "to": "x"}).status == 201
    slugs = [link["slug"] for link in shop.items("/api/v1/links")]  # the newest first
    monkeypatch.setattr(targets, "MOST", 3)
    known = targets.Targets()
    assert known.preload(3) == 3
    assert all(known.find(slug) for slug in slugs)
    assert len(known) == 3
    assert known.find("another") is None


def test_a_server_answers_clicks_after_their_visits_and_takes_events_with_their_bodies(
    shop: Shop, database: Database
) -> None:
    link = ada(shop)
    connection.close()
    person = {
        "User-Agent": BROWSER,
        "Sec-Fetch-Mode": "navigate",
        "Sec-Fetch-Dest": "document",
        "X-Request-Id": "ab" * 8,
    }
    with served(database) as server:
        line = HTTPConnection("127.0.0.1", server.port, timeout=20)
        for method in ("GET", "GET", "HEAD"):
            line.request(method, f"/r/{link['slug']}?c=mail", headers=person)
            said = line.getresponse()
            assert (said.status, said.read(), said.getheader("x-request-id")) == (302, b"", "ab" * 8)
        line.request("GET", f"http://evil.example/r/{link['slug']}", headers={"Host": "evil.example"})  # A72
        said = line.getresponse()
        assert (said.status, said.read()) == (302, b"")
        assert str(said.getheader("location")).startswith(f"/l/{link['slug']}")
        line.request("POST", f"/r/{link['slug']}", body=b"x" * 10_000)
        said = line.getresponse()
        assert (said.status, said.read(), said.getheader("allow")) == (405, b"", "GET, HEAD")
        line.close()
        event = {"id": "served-1", "type": "purchase", "person": "ben", "amount_minor": 100, "currency": "USD"}
        told = server.send("POST", "/api/v1/events", event, Authorization=f"Bearer {shop.key}")
        assert told.status in (200, 201), told.body
        assert server.stop() == 0
    assert [row[1] for row in visits()].count("person") == 2
    assert len(visits()) == 4
