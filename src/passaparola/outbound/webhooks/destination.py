"""The address of an endpoint, as it was typed: what it may be, before anybody looks it up."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.values import value
from passaparola.outbound.webhooks.addresses import Networks, admitted, why_refused

LONGEST = 2048
KNOWN_SERVICES = frozenset({
    1080, 1433, 1434, 1521, 1883, 2049, 2181, 2375, 2376, 2379, 2380, 3128, 3260, 3268, 3269, 3306, 3389, 4369, 5060, 5061, 5222, 5353,
    5432, 5433, 5672, 5900, 5901, 5984, 5985, 5986, 6000, 6379, 6380, 6443, 6667, 7000, 7001, 7199, 7474, 7687, 8086, 8500, 9042, 9092,
    9100, 9160, 9200, 9300, 9418, 10250, 10255, 11211, 15672, 16379, 26379, 27017, 27018, 27019, 28015,
})  # fmt: skip


class BadDestination(ValueError):
    """No webhook is sent to such an address; the sentence says why. Its named places take the words of `said`."""

    def __init__(self, sentence: str, **said: str):
        self.sentence, self.said = sentence, said
        super().__init__(sentence % said if said else sentence)


@value(frozen=True, slots=True)
class Destination:
    """Where a call goes. `host` is ASCII, without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == {"https": 443, "http": 80}[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_destination(text: str, networks: Networks) -> Destination:
    """An address that may be called, as far as it tells itself. Raises BadDestination.

    https only; http where the firm has named networks of its own (each call looks whether it stays in them). No credentials, no fragment,
    no port of another service, no number that only some systems read as an address.
    """
    if len(text) > LONGEST or (not text.isascii() and not text.isprintable()):
        raise BadDestination(_("The address must be at most 2048 printable characters."))
    if any(c.isspace() or ord(c) < 33 or c == "\\" for c in text):
        raise BadDestination(_("The address must not have blanks, backslashes or control characters."))
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as problem:
        raise BadDestination(_("The address is no web address.")) from problem
    if parts.scheme not in ("https", "http"):
        raise BadDestination(_("The address must begin with https://."))
    if parts.scheme == "http" and not networks:
        raise BadDestination(
            _("The address must begin with https:// (http is for machines in PASSAPAROLA_WEBHOOKS_INTO_NETWORKS).")
        )
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise BadDestination(_("The address must not hold a name or password."))
    if parts.fragment or "#" in text:
        raise BadDestination(_("The address must not have a fragment (#…)."))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii():
        raise BadDestination(_("The address must have its path and query percent-encoded."))
    return Destination(parts.scheme, _host(host, networks), _port(parts.scheme, port), target)


def _port(scheme: str, port: int | None) -> int:
    if port is None:
        return 443 if scheme == "https" else 80
    if port not in (80, 443) and (port < 1024 or port in KNOWN_SERVICES):
        raise BadDestination(_("The address must not use port %(port)s: that is for another service."), port=str(port))
    return port


def _host(host: str, networks: Networks) -> str:
    try:
        plain = host if ":" in host else host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError as problem:
        raise BadDestination(_("The address has no host that can be looked up.")) from problem
    if not plain or not all(c.isalnum() or c in "-._:" for c in plain):
        raise BadDestination(_("The address has no host that can be looked up."))
    try:
        address = ip_address(plain)
    except ValueError:
        _check_no_number(plain)
        return plain
    if not admitted(address, networks) and why_refused(address):
        raise BadDestination(_("The address must not be a private address."))
    return plain


def _check_no_number(host: str) -> None:
    """`127.1`, `0x7f.1` and `2130706433` are addresses to the system's resolver, and names to everybody else."""
    try:
        socket.inet_aton(host)
    except OSError:
        if ":" not in host:
            return
    raise BadDestination(_("The address must be a name or a plain address."))
