"""The wall around outgoing calls (A61 to A65, A68, O08): canaries listen inside, hostile resolvers and receivers try to reach them."""

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import pytest

from passaparola.outbound.webhooks import addresses, calling, looking_up
from passaparola.outbound.webhooks.addresses import REFUSED, Resolve, read_networks, why_refused
from passaparola.outbound.webhooks.calling import Answer, Call, Problem, call
from passaparola.outbound.webhooks.destination import BadDestination, read_destination
from tests.receivers import OK, Receiver, receiver, reset, status

HERE = read_networks("127.0.0.0/8")
KEYS = (b"k" * 32,)
PUBLIC = "93.184.215.14"
LONG = 20.0  # seconds that nothing takes here but a look-up that hangs
INSIDE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "100.64.0.1",
    "100.127.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1", "198.18.0.1",
    "192.0.2.1", "203.0.113.1", "192.0.0.170", "::1", "::", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8",
    "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:a00:1::1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "fd00:ec2::254", "fc00::1", "fe80::1", "fec0::1", "ff02::2", "ff0e::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1",
    "8000::1", "1::1",
]  # fmt: skip
OUTSIDE = [
    PUBLIC,
    "1.1.1.1",
    "8.8.8.8",
    "99.255.255.255",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
]


@pytest.fixture
def canary() -> Iterator[Receiver]:
    """A listener inside. Nobody must ever reach it."""
    with receiver() as made:
        yield made


def to(port: int, host: str = "127.0.0.1", scheme: str = "http") -> Call:
    return Call(f"{scheme}://{host}:{port}/hooks", "msg_1", b'{"a":1}', KEYS, 1_700_000_000)


# -- the table ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", INSIDE)
def test_a61_addresses_inside_are_refused(address: str) -> None:
    assert why_refused(ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_a61_addresses_on_the_internet_are_not(address: str) -> None:
    assert why_refused(ip_address(address)) is None


def test_a61_every_network_of_the_table_is_refused_from_its_first_to_its_last_address() -> None:
    for network in read_networks(",".join(REFUSED)):
        assert why_refused(network[0]), network
        assert why_refused(network[-1]), network


def test_a61_this_machines_own_addresses_are_refused_wherever_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_REFUSED", ())
    assert why_refused(ip_address("127.0.0.1")) == "this machine's own"
    assert why_refused(ip_address(PUBLIC)) is None


# -- the address as it is typed -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "ftp://shop.example.com/", "file:///etc/passwd", "gopher://shop.example.com/", "javascript:alert(1)",
        "https://user:pass@shop.example.com/", "https://user@shop.example.com/", "https://@shop.example.com/",
        "https://shop.example.com:22/", "https://shop.example.com:25/", "https://shop.example.com:6379/", "https://shop.example.com:5432/",
        "https://shop.example.com:0/", "https://shop.example.com:99999/", "https://shop.example.com:x/", "https://", "https:///x",
        "https://shop.example.com/#here", "https://shop.example.com/a b", "https://shop.example.com\\@evil/",
        "https://shop.example.com/\r\nX: y",
        "https://10.0.0.1/", "https://[::1]/", "https://[fd00:ec2::254]/", "https://169.254.169.254/latest/meta-data", "https://127.1/",
        "https://0x7f.1/", "https://2130706433/", "https://0177.0.0.1/", "https://[::ffff:127.0.0.1]/", "//shop.example.com/", "",
        "https://shop.example.com/" + "a" * 2048, "https://exa mple.com/", "https://%31%32%37.0.0.1/", "https://[64:ff9b::7f00:1]/",
    ],
)  # fmt: skip
def test_a68_such_an_address_is_not_taken(url: str) -> None:
    with pytest.raises(BadDestination):
        read_destination(url, ())


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://shop.example.com", "https://shop.example.com/"),
        ("https://Shop.Example.com:443/a?b=c", "https://shop.example.com/a?b=c"),
        ("https://shop.example.com:8443/", "https://shop.example.com:8443/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://93.184.215.14/x", "https://93.184.215.14/x"),
        ("https://[2606:4700:4700::1111]/x", "https://[2606:4700:4700::1111]/x"),
    ],
)
def test_a68_others_are(url: str, kept: str) -> None:
    assert read_destination(url, ()).url == kept


def test_http_and_inner_addresses_are_taken_where_the_firm_says_so_and_nowhere_else() -> None:
    assert read_destination("http://127.0.0.1:8001/x", HERE).port == 8001
    assert read_destination("http://shop.internal/x", HERE).port == 80
    with pytest.raises(BadDestination):
        read_destination("http://10.0.0.1/x", HERE)


# -- the address as it is looked up -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "127.0.0.1", "shop.example.com"]
)
def test_a61_a_name_that_leads_inside_is_refused_before_a_packet_leaves(canary: Receiver, host: str) -> None:
    def leads_inside(_: str, port: int) -> Sequence[str]:
        return [str(entry[4][0]) for entry in socket.getaddrinfo("127.1", port, type=socket.SOCK_STREAM)]

    answer = call(to(canary.port, host, "https"), resolver=leads_inside)
    assert answer.problem == Problem.REFUSED_ADDRESS
    assert canary.connections == 0


def rebinding() -> Resolve:
    """A resolver that says something public first and something inside ever after."""
    replies = itertools.chain([[PUBLIC]], itertools.repeat(["127.0.0.1"]))
    return lambda *_: next(replies)


def rounds(canary: Receiver, monkeypatch: pytest.MonkeyPatch, count: int) -> list[str]:
    """Call through rebinding and mixed answers; to where connections were opened. Nothing leaves this machine."""
    opened: list[str] = []

    def no_network(found: Sequence[str], port: int, deadline: float) -> socket.socket:
        opened.extend(found[:1])
        if found[0] == "127.0.0.1":
            socket.create_connection((found[0], port)).close()
        raise calling._Failed(Problem.UNREACHABLE)

    monkeypatch.setattr(calling, "_opened", no_network)
    mixed = itertools.cycle([[PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1", "1.1.1.1"]])
    asked = to(canary.port, "rebind.example", "https")
    for n in range(count):
        call(asked, resolver=rebinding() if n % 2 else lambda *_: next(mixed))
    return opened


def test_a62_a_thousand_rounds_of_rebinding_and_mixed_answers_reach_nobody_inside(
    canary: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = rounds(canary, monkeypatch, 1000)
    assert set(opened) == {PUBLIC}
    assert len(opened) == 500, "a mixed answer was called, or an honest one was not"
    assert canary.connections == 0


def test_a62_a_planted_wall_that_looks_at_the_first_address_only_is_noticed(
    canary: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = calling.vetted

    def first_only(destination: object, networks: object, resolver: Resolve) -> list[str]:
        found = list(resolver("", 0))
        honest(destination, networks, lambda *_: found[:1])  # type: ignore[arg-type]
        return found[::-1]

    monkeypatch.setattr(calling, "vetted", first_only)
    opened = rounds(canary, monkeypatch, 30)
    assert set(opened) != {PUBLIC}


def test_a62_a_planted_wall_that_looks_up_twice_is_noticed(canary: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = calling.vetted

    def looks_up_again(destination: object, networks: object, resolver: Resolve) -> list[str]:
        honest(destination, networks, resolver)  # type: ignore[arg-type]
        return list(resolver("", 0))

    monkeypatch.setattr(calling, "vetted", looks_up_again)
    assert "127.0.0.1" in rounds(canary, monkeypatch, 10)


def test_proxies_of_the_environment_are_not_asked(canary: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    with receiver() as other:
        assert call(to(other.port), networks=HERE).problem is None
        assert len(other.got) == 1
    assert canary.connections == 0


def test_http_goes_nowhere_but_into_the_networks_that_were_named(canary: Receiver) -> None:
    assert call(to(canary.port), resolver=lambda *_: [PUBLIC], networks=HERE).problem == Problem.REFUSED_ADDRESS
    assert call(to(canary.port), networks=read_networks("10.0.0.0/8")).problem == Problem.REFUSED_ADDRESS
    assert canary.connections == 0


# -- the other side -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a63_a_redirect_is_a_failure_and_is_not_followed(canary: Receiver, code: int) -> None:
    with receiver(status(code, f"Location: {canary.url}")) as other:
        answer = call(to(other.port), networks=HERE)
    assert (answer.status, answer.problem) == (code, Problem.REDIRECT)
    assert canary.connections == 0


def trickles(head: bytes, part: bytes, *, pause: float = 0.02, total: float = 0.6) -> tuple[Answer, int]:
    """What comes of a receiver that begins with `head` and then sends `part` for ever; how often it sent that."""
    sent = 0

    def behave(line: socket.socket, _: bytes) -> None:
        nonlocal sent
        line.sendall(head)
        while part:
            line.sendall(part)
            sent += 1
            time.sleep(pause)
        line.recv(1)

    with receiver(behave) as other:
        return call(to(other.port), networks=HERE, total=total), sent


def test_a64_headers_that_trickle_are_cut_by_the_total_time() -> None:
    answer, sent = trickles(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")
    assert answer.problem == Problem.TIMEOUT
    assert answer.milliseconds >= 500
    assert sent <= 75, "for 1.5 seconds by the clock of the receiver, which stands when the machine does"


def test_a64_a_body_that_trickles_is_cut_by_the_total_time() -> None:
    answer, sent = trickles(b"HTTP/1.1 500 X\r\n\r\n", b"x")
    assert answer.problem is not None
    assert sent <= 75


def test_a64_a_receiver_that_says_nothing_is_cut_by_the_total_time() -> None:
    answer, _ = trickles(b"", b"")
    assert answer.problem == Problem.TIMEOUT
    assert answer.milliseconds < 1000 * calling.CONNECT_SECONDS


def test_o08_a_name_that_is_looked_up_for_ever_is_cut_by_the_total_time(canary: Receiver) -> None:
    """Its look-up goes on, and its late answer is nobody's."""
    found, answered = threading.Event(), list[bool]()

    def hangs(*_: object) -> list[str]:
        answered.append(found.wait(LONG))
        return ["127.0.0.1"]

    answer = call(to(canary.port), networks=HERE, resolver=hangs, total=0.3)
    assert not answered, "it was waited for"
    found.set()
    assert answer.problem == Problem.TIMEOUT
    assert canary.connections == 0
    assert call(to(canary.port), networks=HERE, resolver=hangs).problem is None


def test_o08_names_that_hang_fill_no_process_with_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_up, "_room", threading.BoundedSemaphore(2))
    asked, found = [], threading.Event()

    def hangs(*_: object) -> list[str]:
        asked.append(1)
        found.wait(LONG)
        return []

    answers = [call(to(443, "hangs.example", "https"), resolver=hangs, total=0.1) for _ in range(4)]
    found.set()
    assert {answer.problem for answer in answers} == {Problem.TIMEOUT}
    assert len(asked) == 2


ENDLESS_HEADS = {
    "many headers": (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 1000 + b"\r\n"),
    "one long header": (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 5000),
    "100 Continue without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
}


@pytest.mark.parametrize(("head", "part"), ENDLESS_HEADS.values(), ids=ENDLESS_HEADS)
def test_a64_headers_without_end_are_not_read_to_the_end(head: bytes, part: bytes) -> None:
    answer, _ = trickles(head, part, pause=0, total=LONG)
    assert answer.problem in (Problem.TOO_MUCH, Problem.NO_HTTP)


def test_a64_of_a_body_without_end_64_kilobytes_are_read() -> None:
    sent = 0

    def endless(line: socket.socket, _: bytes) -> None:
        nonlocal sent
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent += line.send(b"x" * 65536)

    with receiver(endless) as other:
        answer = call(to(other.port), networks=HERE)
    assert answer.problem is None
    assert len(answer.text) <= 500
    assert sent < 20 << 20, "the answer was taken in whole"


def test_a64_a_packed_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"unpacked" * (6 << 20))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    with receiver(lambda line, _: line.sendall(head + bomb)) as other:
        answer = call(to(other.port), networks=HERE)
        assert other.got[0][0]["accept-encoding"] == "identity"
    assert answer.problem is None
    assert len(answer.text) <= 500
    assert "unpacked" not in answer.text


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Le", Problem.BROKEN),
        (b"SSH-2.0-OpenSSH\r\n", Problem.NO_HTTP),
        (b"", Problem.BROKEN),
        (b"HTTP/1.1 500 Oh\r\n\r\n", Problem.STATUS),
        (b"HTTP/1.1 410 Gone\r\n\r\n", Problem.GONE),
        (b"HTTP/1.1 204 Nothing\r\n\r\n", None),
        (OK, None),
    ],
)  # fmt: skip
def test_what_came_of_a_call_has_a_name(reply: bytes, problem: Problem | None) -> None:
    with receiver(lambda line, _: line.sendall(reply)) as other:
        assert call(to(other.port), networks=HERE).problem == problem


def test_a_connection_that_is_reset_or_refused_has_a_name() -> None:
    with receiver(lambda line, _: reset(line)) as other:
        assert call(to(other.port), networks=HERE).problem == Problem.BROKEN
    assert call(to(other.port), networks=HERE).problem == Problem.UNREACHABLE


def test_tls_is_asked_of_whoever_says_https() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    talks = threading.Thread(target=_says_no_tls, args=(listener,))
    talks.start()
    asked = to(listener.getsockname()[1], "shop.example.com", "https")
    assert call(asked, networks=HERE, resolver=lambda *_: ["127.0.0.1"]).problem == Problem.TLS
    talks.join()
    listener.close()


def _says_no_tls(listener: socket.socket) -> None:
    with listener.accept()[0] as line:
        line.sendall(b"no TLS here\r\n")
        line.recv(65536)


def test_a65_what_is_said_of_a_failure_tells_nothing_of_the_inside(canary: Receiver) -> None:
    """An open port inside, a closed one, and a name that is not there: one word each, the same for open and closed."""
    with receiver() as gone:
        pass
    open_, closed = (
        call(to(port, "x.example", "https"), resolver=lambda *_: ["127.0.0.1"]) for port in (canary.port, gone.port)
    )
    assert (
        (open_.problem, open_.text, open_.status)
        == (closed.problem, closed.text, closed.status)
        == (
            Problem.REFUSED_ADDRESS,
            "",
            None,
        )
    )
    assert all(set(str(problem)) <= set("abcdefghijklmnopqrstuvwxyz_") for problem in Problem)


def test_a65_what_is_shown_of_an_answer_is_short_and_on_one_line() -> None:
    text = b"\x1b[31m<script>\r\n" + b"\xff" * 10 + b"y" * 2000
    with receiver(lambda line, _: line.sendall(b"HTTP/1.1 500 X\r\n\r\n" + text)) as other:
        shown = call(to(other.port), networks=HERE).text
    assert shown.isprintable()
    assert len(shown) <= 500
