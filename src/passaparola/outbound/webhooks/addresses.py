"""Which addresses a webhook may be sent to: every address that a name resolves to is looked at, and the call goes to that very one.

The table follows Stripe's smokescreen. Python's `is_global` is not enough: it lets NAT64, 6to4 and site-local addresses through.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...]
Resolve = Callable[[str, int], Sequence[str]]

REFUSED: dict[str, str] = {
    "0.0.0.0/8": "this host",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "carrier-grade NAT",
    "127.0.0.0/8": "loopback",
    "169.254.0.0/16": "link-local, with the clouds' metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "AS112",
    "192.52.193.0/24": "AMT",
    "192.88.99.0/24": "6to4 relays",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "AS112",
    "198.18.0.0/15": "benchmarks",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved, and broadcast",
    "::/96": "unspecified, loopback, IPv4-compatible",
    "::ffff:0:0/96": "IPv4-mapped",
    "::ffff:0:0:0/96": "IPv4-translated",
    "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "NAT64 of one's own",
    "100::/64": "discarded",
    "100:0:0:1::/64": "dummy",
    "2001::/23": "protocol assignments, Teredo, ORCHID",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "2620:4f:8000::/48": "AS112",
    "3fff::/20": "documentation",
    "5f00::/16": "segment routing",
    "fc00::/7": "unique local, with the clouds' metadata",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
GLOBAL_UNICAST_6 = IPv6Network("2000::/3")  # beyond it nothing is assigned to anybody
_REFUSED = tuple((ip_network(network), why) for network, why in REFUSED.items())


def why_refused(address: Address) -> str | None:
    """What speaks against calling this address; None when it is somebody's on the internet."""
    for network, why in _REFUSED:
        if address.version == network.version and address in network:
            return why
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST_6:
        return "not assigned"
    return "this machine's own" if is_own(address) else None


def is_own(address: Address) -> bool:
    """Whether the address belongs to this machine: only then can a socket be bound to it. Nothing is sent."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def admitted(address: Address, networks: Networks) -> bool:
    """Whether the firm has said that its own machine at this address may be called."""
    return any(address.version == network.version and address in network for network in networks)


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system finds them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def address_of(text: str) -> Address | None:
    """What a resolver answered; None for what is no address. A scope (`%eth0`) makes it link-local, and stays part of it."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def read_networks(text: str) -> Networks:
    """`10.0.0.0/8, fd00::/8` as networks. Raises ValueError, naming what is none."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
