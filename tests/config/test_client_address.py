"""A79: a caller's address is what the connection and our own proxies say, whatever the caller writes."""

import ipaddress

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from passaparola.config.environment import Environment
from passaparola.inbound.client_address import caller, client_address, client_network

PROXIES = (ipaddress.ip_network("127.0.0.1/32"), ipaddress.ip_network("10.0.0.0/24"))
MALLORY = "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        (MALLORY, None, MALLORY),
        (MALLORY, "198.51.100.1", MALLORY),  # no proxy of ours: nothing is believed
        ("127.0.0.1", MALLORY, MALLORY),
        ("127.0.0.1", f"198.51.100.1, {MALLORY}", MALLORY),  # what Mallory wrote is left of what the proxy wrote
        ("127.0.0.1", f"198.51.100.1, {MALLORY}, 10.0.0.9", MALLORY),  # two proxies
        ("127.0.0.1", f"127.0.0.1, 10.0.0.1, {MALLORY}, 10.0.0.9", MALLORY),
        ("127.0.0.1", "10.0.0.4", "10.0.0.4"),  # a caller from inside
        ("127.0.0.1", f"{MALLORY}, unknown", "127.0.0.1"),  # the proxy says nothing usable: it is not guessed
        ("127.0.0.1", f"{MALLORY},", "127.0.0.1"),
        ("127.0.0.1", f"{MALLORY}:4711", MALLORY),
        ("127.0.0.1", '"[2001:db8::1]:4711"', "2001:db8::1"),
        ("127.0.0.1", "2001:db8::1", "2001:db8::1"),
        ("::ffff:127.0.0.1", f"::ffff:{MALLORY}", MALLORY),
        ("127.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("127.0.0.1", "x" * 100_000, "127.0.0.1"),
        ("127.0.0.1", ",".join(["10.0.0.9"] * 100_000), "10.0.0.9"),
        ("", MALLORY, "None"),
        (None, None, "None"),
    ],
)
def test_only_our_own_proxies_are_believed(peer: str | None, forwarded: str | None, found: str) -> None:
    assert str(caller(peer, forwarded, PROXIES)) == found


def test_a_reader_of_the_left_end_would_be_fooled() -> None:
    """The planted fault: what many programs do."""
    forged = f"198.51.100.1, {MALLORY}"
    assert forged.split(",", maxsplit=1)[0] != str(caller("127.0.0.1", forged, PROXIES)) == MALLORY


def test_without_proxies_the_connection_counts() -> None:
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": MALLORY}
    assert client_address(environ) == "127.0.0.1"
    with override_settings(TRUSTED_PROXIES=PROXIES):
        assert client_address(environ) == MALLORY
    assert client_address({}) == ""


def test_a_limit_counts_a_subscriber_once() -> None:
    assert client_network({"REMOTE_ADDR": MALLORY}) == MALLORY
    assert client_network({"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}) == "2001:db8:1:2::/64"
    assert client_network({"REMOTE_ADDR": "2001:db8:1:2::1"}) == "2001:db8:1:2::/64"


def test_proxies_are_named_one_by_one() -> None:
    found = Environment({"P": "127.0.0.1, ::1,10.0.0.0/24"}).networks("P")
    assert [str(network) for network in found] == ["127.0.0.1/32", "::1/128", "10.0.0.0/24"]
    assert Environment({}).networks("P") == ()
    with pytest.raises(ImproperlyConfigured, match="no address and no network"):
        Environment({"P": "proxy.example.com"}).networks("P")
    with pytest.raises(ImproperlyConfigured, match="everybody"):
        Environment({"P": "0.0.0.0/0"}).networks("P")
