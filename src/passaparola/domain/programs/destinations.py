"""Where a link may send a friend: addresses written plainly, to hosts that the program names, and nowhere else."""

import re
from typing import NamedTuple

LONGEST = 2048
_HOST = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
HOST = rf"{_HOST}(?::[1-9][0-9]{{0,4}})?"  # as in an address: small letters, a port where it is not the usual one
_ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{HOST})"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?)"
    r"(?P<query>(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
    r"(?P<fragment>(?:#[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)"
)
_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1)(?::[0-9]+)?")


class Address(NamedTuple):
    """An address in its parts: `https://`, `shop.example`, `/welcome`, `?a=1`, `#top`; the last three may be empty."""

    scheme: str
    host: str
    path: str
    query: str
    fragment: str

    def text(self, **more: str) -> str:
        """The address, with parameters appended to its query. Their values must be safe in an address."""
        added = "&".join(f"{name}={value}" for name, value in more.items())
        query = (
            self.query + ("&" if len(self.query) > 1 else "" if self.query else "?") + added if added else self.query
        )
        return f"{self.scheme}://{self.host}{self.path or '/'}{query}{self.fragment}"


def read_address(text: str) -> Address | None:
    """An address that every reader takes for the same: https (http on this machine only), a host in small ASCII letters, no user name,
    no backslash, blank, control or other character that has to be escaped. None for anything else."""
    if len(text) > LONGEST:
        return None
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    address = Address(*found.groups())
    return address if address.scheme == "https" or _LOCAL.fullmatch(address.host) else None


def allowed(text: str, hosts: tuple[str, ...]) -> Address | None:
    """The address when its host (with its port, where one is written) is one of these; None for anything else."""
    address = read_address(text)
    return address if address is not None and address.host in hosts else None
