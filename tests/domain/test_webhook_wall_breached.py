"""The checks of the wall are checked: each breach is made in the product, and the same check must notice it (A61, A63 to A65, A68, O08)."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
import urllib3
from urllib3.response import HTTPResponse

from passaparola.outbound.webhooks import addresses, calling, destination
from passaparola.outbound.webhooks.calling import Call
from tests.domain import test_webhook_wall as wall
from tests.receivers import Receiver, receiver

NOTICED = (AssertionError, pytest.fail.Exception)
Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def soon(monkeypatch: Patch) -> None:
    """A breach need not last 15 seconds to be seen."""
    limits = calling.call.__kwdefaults__
    assert limits is not None
    monkeypatch.setitem(limits, "total", 1.0)
    monkeypatch.setattr(wall, "LONG", 1.0)


@pytest.fixture
def canary() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


def test_a61_a_table_that_asks_python_whether_an_address_is_global(monkeypatch: Patch) -> None:
    """The trap: `is_global` lets NAT64, 6to4 and site-local addresses in."""
    known = [(network, why) for network, why in addresses._REFUSED if not network[0].is_global]
    monkeypatch.setattr(addresses, "_REFUSED", tuple(known))
    monkeypatch.setattr(addresses, "GLOBAL_UNICAST_6", ip_network("::/0"))
    let_in = set()
    for address in wall.INSIDE:
        try:
            wall.test_a61_addresses_inside_are_refused(address)
        except AssertionError:
            let_in.add(address)
    assert let_in & {"64:ff9b::a00:1", "2002:a00:1::1", "fec0::1", "192.88.99.1"}
    assert "10.0.0.1" not in let_in


def test_a61_a_call_that_looks_at_no_address(canary: Receiver, monkeypatch: Patch) -> None:
    monkeypatch.setattr(calling, "why_refused", lambda _: None)
    with pytest.raises(AssertionError):
        wall.test_a61_a_name_that_leads_inside_is_refused_before_a_packet_leaves(canary, "shop.example.com")
    assert canary.connections == 1, "the canary sees who comes"


def test_a63_a_client_that_follows_redirects(canary: Receiver, monkeypatch: Patch) -> None:
    def follows(asked: Call, *_: object) -> tuple[int, str, None]:
        return urllib3.PoolManager().request("POST", asked.url, body=asked.body, retries=1).status, "", None

    monkeypatch.setattr(calling, "_exchange", follows)
    with pytest.raises(AssertionError):
        wall.test_a63_a_redirect_is_a_failure_and_is_not_followed(canary, 307)
    assert canary.connections == 1


def test_a64_a_call_with_a_limit_for_each_read_only(monkeypatch: Patch) -> None:
    """A socket's own time-out begins anew with each byte."""
    monkeypatch.setattr(calling, "_cut", lambda _: None)
    with pytest.raises(AssertionError):
        wall.test_a64_headers_that_trickle_are_cut_by_the_total_time()


def test_a64_a_call_that_reads_as_many_heads_as_are_sent(monkeypatch: Patch) -> None:
    monkeypatch.setattr(calling, "MOST_HEAD", 1 << 40)
    with pytest.raises(AssertionError):
        wall.test_a64_headers_without_end_are_not_read_to_the_end(*wall.ENDLESS_HEADS["100 Continue without end"])


def test_a64_a_call_that_reads_the_whole_body(monkeypatch: Patch) -> None:
    monkeypatch.setattr(calling, "MOST_READ", 100 << 20)
    with pytest.raises(AssertionError):
        wall.test_a64_of_a_body_without_end_64_kilobytes_are_read()


def test_a64_a_call_that_unpacks(monkeypatch: Patch) -> None:
    honest = HTTPResponse.read

    def unpacks(self: HTTPResponse, amt: int | None = None, **_: Any) -> bytes:
        return honest(self, amt, decode_content=True)

    monkeypatch.setattr(HTTPResponse, "read", unpacks)
    with pytest.raises(AssertionError):
        wall.test_a64_a_packed_bomb_is_not_unpacked()


def test_o08_a_look_up_without_a_limit(canary: Receiver, monkeypatch: Patch) -> None:
    monkeypatch.setattr(calling, "in_time", lambda resolver, _: resolver)
    with pytest.raises(AssertionError):
        wall.test_o08_a_name_that_is_looked_up_for_ever_is_cut_by_the_total_time(canary)


def test_a65_a_call_that_tries_before_it_looks(canary: Receiver, monkeypatch: Patch) -> None:
    """What came of it tells an open port from a closed one."""
    monkeypatch.setattr(calling, "why_refused", lambda _: None)
    with pytest.raises(AssertionError):
        wall.test_a65_what_is_said_of_a_failure_tells_nothing_of_the_inside(canary)


def test_a65_an_answer_that_is_shown_as_it_came(monkeypatch: Patch) -> None:
    monkeypatch.setattr(calling, "_shown", lambda text: text.decode("utf-8", "replace"))
    with pytest.raises(AssertionError):
        wall.test_a65_what_is_shown_of_an_answer_is_short_and_on_one_line()


@pytest.mark.parametrize(
    ("guard", "without", "url"),
    [
        ("_port", lambda _, port: port or 443, "https://shop.example.com:6379/"),
        ("_check_no_number", lambda _: None, "https://2130706433/"),
        ("why_refused", lambda _: None, "https://169.254.169.254/latest/meta-data"),
        ("LONGEST", 10_000, "https://shop.example.com/" + "a" * 2048),
    ],
    ids=["ports", "numbers", "addresses", "length"],
)
def test_a68_an_address_that_is_taken_as_it_is_typed(monkeypatch: Patch, guard: str, without: Any, url: str) -> None:
    monkeypatch.setattr(destination, guard, without)
    with pytest.raises(NOTICED):
        wall.test_a68_such_an_address_is_not_taken(url)
