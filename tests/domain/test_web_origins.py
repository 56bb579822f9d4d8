"""Web origins are kept as browsers name them."""

import pytest

from passaparola.domain.origins import MOST, UnableToReadOrigin, origin_of, origins_of


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("https://shop.example", "https://shop.example"),
        ("HTTPS://Shop.Example:443", "https://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("https://żółw.example", "https://xn--w-uga1v8h.example"),
        ("http://[::1]:80", "http://[::1]"),
        *[
            (text, "")
            for text in (
                "", "shop.example", "ftp://shop.example", "https://", "https://shop.example/", "https://shop.example?a", "https://a@b.example",
                "https://a.example; script-src *", "https://*.example", "https://a..b", "https://a.example:0", "https://a.example:x",
                "https://" + "a" * 70 + ".example", "https://a.example\\b", "https://a b.example", "null",
            )
        ],
    ],
)  # fmt: skip
def test_an_origin_is_named_as_browsers_name_it_or_refused(written: str, named: str) -> None:
    if named:
        assert origin_of(written) == named
    else:
        with pytest.raises(UnableToReadOrigin, match=r"https://shop\.example\.com"):
            origin_of(written)


def test_a_key_names_each_origin_once_and_not_too_many() -> None:
    assert origins_of(["https://A.example", "https://a.example:443"]) == ["https://a.example"]
    assert len(origins_of(f"https://{n}.example" for n in range(MOST))) == MOST
    with pytest.raises(UnableToReadOrigin, match="at most"):
        origins_of(f"https://{n}.example" for n in range(MOST + 1))
