"""Signed words: what was signed comes back, anything else is nothing."""

from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.keyring import address_mac, keyring
from passaparola.domain.tokens import Clicked, link_token, read_link_token, read_visit_token, visit_token

KEYS = keyring("a secret of the installation, long enough")
OTHER = keyring("another secret of an installation, long too")
WORKSPACE = "01" * 16
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
CODES = st.text("ABCDEFGHJKMNPQRSTUVWXYZ23456789-", min_size=1, max_size=64)


@given(visit=IDS, at=st.integers(0, 2**62), code=CODES, location=st.sampled_from(("", "centre", "a-1_b")))
def test_a_visit_comes_back_as_it_was_signed(visit: str, at: int, code: str, location: str) -> None:
    clicked = Clicked(visit, at, code, location)
    token = visit_token(KEYS.visits, WORKSPACE, clicked)
    assert read_visit_token(KEYS.visits, WORKSPACE, token) == clicked
    assert read_visit_token(OTHER.visits, WORKSPACE, token) is None
    assert read_visit_token(KEYS.visits, "02" * 16, token) is None


@given(place=st.integers(0, 200), other=st.characters(codec="utf-8"))
def test_a_visit_of_which_one_character_was_changed_is_nothing(place: int, other: str) -> None:
    token = visit_token(KEYS.visits, WORKSPACE, Clicked("ab" * 16, 1_700_000_000_000_000, "ADA-10"))
    place %= len(token)
    changed = token[:place] + other + token[place + 1 :]
    assert changed == token or read_visit_token(KEYS.visits, WORKSPACE, changed) is None


@given(text=st.text(max_size=300))
def test_what_nobody_signed_is_nothing(text: str) -> None:
    assert read_visit_token(KEYS.visits, WORKSPACE, text) is None
    assert read_visit_token(KEYS.visits, WORKSPACE, f"v_{text}") is None
    assert read_link_token(KEYS.links, "portal", text) is None


@given(identity=IDS)
def test_a_link_is_good_for_its_purpose_only(identity: str) -> None:
    token = link_token(KEYS.links, "portal", identity)
    assert read_link_token(KEYS.links, "portal", token) == identity
    assert read_link_token(KEYS.links, "enrol", token) is None
    assert read_link_token(OTHER.links, "portal", token) is None
    assert read_link_token(KEYS.links, "portal", token[:-1]) is None


def test_an_address_is_known_by_a_keyed_hash_only() -> None:
    assert address_mac(KEYS, "ada@example.com") == address_mac(KEYS, "ada@example.com")
    assert address_mac(KEYS, "ada@example.com") != address_mac(OTHER, "ada@example.com")
