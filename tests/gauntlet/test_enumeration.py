"""A74: whoever measures how long an answer takes learns nothing of who is known. 500 interleaved pairs; a planted pause is noticed."""

import random
import time
from typing import Any

import pytest

from passaparola.actions.acting import Asked
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.joining import join_program
from passaparola.actions.joining.limits import mail_is_due
from passaparola.actions.people.change import create_person
from passaparola.domain.keyring import address_mac
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.running import stop_writer
from tests.databases import Database, only_sqlite
from tests.gauntlet.conftest import Say
from tests.journeys.advocates import Browser
from tests.journeys.caller import now, open_shop

pytestmark = [pytest.mark.gauntlet, only_sqlite]
PAIRS, NAMED_PAIRS, FAULTY_PAIRS = 500, 350, 100  # together below the 3,000 askings of an hour
MOST = 0.6
FORMS = {"join": "/join/friends", "sign in": "/me/sign-in/", "refer by name": "/told/friends"}
NAMED = "d"  # who is known by this mark is an advocate, whom a friend names


def likelihood(known: list[float], unknown: list[float]) -> float:
    """The area under the curve, whichever way round: 0.5 tells nothing, 1 tells all."""
    ranked = sorted([(t, 1) for t in known] + [(t, 0) for t in unknown])
    ranks = sum(n for n, (_, is_known) in enumerate(ranked, 1) if is_known)
    area = (ranks - len(known) * (len(known) + 1) / 2) / (len(known) * len(unknown))
    return max(area, 1 - area)


def told_apart(path: str, pairs: int, mark: str) -> float:
    """Ask with an address that is known and one that is not, in random order, each address and each caller once."""
    browser = Browser()
    form, draw = browser.form(path), random.Random(74)
    times: dict[str, list[float]] = {"known": [], "other": []}
    for n in range(pairs):
        for which in draw.sample(["known", "other"], 2):
            address = f"{mark}{which}{n}@example.com"
            given = {**form, "email": address}
            if mark == NAMED:
                given = {"said": address, "name": "Ben", "email": f"friend-{which}{n}@example.com"}
            caller = f"10.{n // 100}.{n % 100}.{len(which)}"
            begun = time.perf_counter()
            answer = browser.client.post(path, given, REMOTE_ADDR=caller)
            times[which].append(time.perf_counter() - begun)
            assert answer.status_code == 303
            browser.client.cookies.pop("joining", None)
    return likelihood(times["known"], times["other"])


@pytest.fixture
def known(database: Database) -> Any:
    """A shop in which somebody is known by each of the addresses marked so."""
    shop = open_shop()
    for mark, count in (("a", PAIRS), ("b", PAIRS), ("c", FAULTY_PAIRS)):
        for n in range(count):
            create_person([("email", f"{mark}known{n}@example.com")], asked=Asked(shop.workspace, now(), "Olga"))
    for n in range(NAMED_PAIRS):
        enrol(
            "friends",
            identities=[("email", f"{NAMED}known{n}@example.com")],
            asked=Asked(shop.workspace, now(), "Olga"),
        )
    yield shop
    stop_writer()


def test_a74_the_time_of_an_answer_tells_nobody_who_is_known(
    known: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for (what, path), mark in zip(FORMS.items(), ("a", "b", NAMED), strict=True):
        pairs = NAMED_PAIRS if mark == NAMED else PAIRS
        area = told_apart(path, pairs, mark)
        say(f"A74 {what}: AUC {area:.3f} over {pairs} interleaved pairs (at most {MOST})")
        assert area <= MOST, what
    macs = {address_mac(the_keyring(), f"cknown{n}@example.com") for n in range(FAULTY_PAIRS)}

    monkeypatch.setattr(
        join_program, "mail_is_due", lambda mac, *more: _paused(mac in macs) and mail_is_due(mac, *more)
    )
    area = told_apart(FORMS["join"], FAULTY_PAIRS, "c")
    say(f"A74 planted: a pause of 10 ms where somebody is known gives AUC {area:.3f}")
    assert area > MOST


def _paused(is_known: bool) -> bool:
    time.sleep(0.01 if is_known else 0)
    return True
