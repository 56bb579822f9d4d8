"""Who called: the address of the connection, or what our own proxies say of it, and nothing that the caller could have written."""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_HOPS = 16
WIDTH_OF_IPV6 = 64  # what one subscriber is given


def client_address(environ: Mapping[str, Any]) -> str:
    """The caller's address; `environ` is WSGI's or Django's `request.META`. Empty where the connection has none (a Unix socket).

    `X-Forwarded-For` is read from its right end, and only while the one who wrote the entry is in PASSAPAROLA_TRUSTED_PROXIES: the
    first address that is none of our proxies is the caller's. What is left of it, anybody may have written.
    """
    found = caller(environ.get("REMOTE_ADDR"), environ.get("HTTP_X_FORWARDED_FOR"), settings.TRUSTED_PROXIES)
    return str(found) if found else ""


def client_network(environ: Mapping[str, Any]) -> str:
    """What a limit counts by: an IPv4 address, or the /64 of an IPv6 address, inside which one person has every address."""
    address = client_address(environ)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network((address, WIDTH_OF_IPV6), strict=False))


def caller(peer: str | None, forwarded: str | None, trusted: Sequence[Network]) -> Address | None:
    """The rule of `client_address`. An entry that is no address ends the walk at the last proxy that is known."""
    found = read_address(peer)
    if not forwarded:
        return found
    for entry in reversed(forwarded.rsplit(",", MOST_HOPS)):
        if found is None or not is_trusted(found, trusted):
            return found
        before = read_address(entry)
        if before is None:
            return found
        found = before
    return found


def is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def read_address(text: str | None) -> Address | None:
    """An address as proxies write it: with or without a port, IPv6 in brackets or not. An IPv4 address in IPv6 clothes is that address."""
    bare = (text or "").strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
