"""A27: a link leads to hosts that the program names, written so that every reader takes them for the same, and nowhere else."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.programs.destinations import allowed, read_address

HOSTS = ("shop.example", "blog.shop.example", "shop.example:8443")
GOOD = (
    "https://shop.example",
    "https://shop.example/",
    "https://shop.example/a/b?c=d&e=%20#f",
    "https://blog.shop.example/@ada/1;v=2",
    "https://shop.example:8443/x",
    "https://shop.example//double",
)
EVIL = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://shop.example/",
    "HTTPS://shop.example/",
    "javascript:alert(1)",
    "JaVaScRiPt://shop.example/%0aalert(1)",
    "data:text/html,x",
    "https://shop.example%0d%0aSet-Cookie:a=b",
    "https://shop.example/\r\nSet-Cookie:a=b",
    "https://shop.example/\n",
    "\thttps://shop.example/",
    " https://shop.example/",
    "https://shop.example /",
    "https://good@evil.example/",
    "https://shop.example@evil.example/",
    "https://shop.example:pass@evil.example/",
    "https://shop.example\\@evil.example/",
    "https://evil.example\\.shop.example/",
    "https://evil.example#.shop.example/",
    "https://evil.example?.shop.example/",
    "https://shop.example.evil.example/",
    "https://notshop.example/",
    "https://shop。example/",
    "https://shop．example/",
    "https://shop｡example/",
    "https://evil.example／.shop.example/",
    "https://shop.example./",
    "https://xn--shop-.example/",
    "https://ѕhop.example/",
    "https://SHOP.example/",
    "https://shop.example:443/",
    "https://shop.example:99999999/",
    "https://[::1]/",
    "https://shop.example/\x00",
    "https://shop.example/ü",
    "https://shop.example/<script>",
    "https://shop.example/" + "a" * 2048,
    "/welcome",
    "",
)


@pytest.mark.parametrize("text", GOOD)
def test_an_address_on_a_named_host_is_taken(text: str) -> None:
    address = allowed(text, HOSTS)
    assert address is not None
    assert urlsplit(address.text()).netloc == urlsplit(text).netloc


@pytest.mark.parametrize("text", EVIL, ids=lambda text: ascii(text)[:60])
def test_any_other_is_not(text: str) -> None:
    assert allowed(text, HOSTS) is None


def test_http_is_for_this_machine_only() -> None:
    assert read_address("http://localhost:8000/x") is not None
    assert read_address("http://127.0.0.1/x") is not None
    assert read_address("http://shop.example/x") is None


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("https://shop.example", "https://shop.example/?visit=v_1&code=ADA"),
        ("https://shop.example/a?b=c#d", "https://shop.example/a?b=c&visit=v_1&code=ADA#d"),
        ("https://shop.example/a?", "https://shop.example/a?visit=v_1&code=ADA"),
    ],
)
def test_visit_and_code_are_appended_to_the_query(text: str, whole: str) -> None:
    address = read_address(text)
    assert address is not None
    assert address.text(visit="v_1", code="ADA") == whole


@given(
    st.text(alphabet="htps:/\\@.#?%shopexamlevi \t\r\n。１;[]", max_size=40).map(lambda t: "https://" + t)
    | st.text(max_size=60)
)
def test_whatever_is_taken_leads_to_a_named_host(text: str) -> None:
    """Judged by the standard library's reader, which knows nothing of ours."""
    address = allowed(text, HOSTS)
    if address is not None:
        parts = urlsplit(address.text())
        assert (parts.scheme, parts.username, parts.password) == ("https", None, None)
        assert parts.netloc in HOSTS
        assert "\\" not in address.text()
        assert address.text().isascii()
        assert address.text().isprintable()
