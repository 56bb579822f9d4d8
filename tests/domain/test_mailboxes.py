"""Two spellings of one address reach one mailbox; what an index finds misses none of them, on either database."""

import sqlite3

from hypothesis import given, settings
from hypothesis import strategies as st

from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.people.mailbox import keys_of, mailbox
from passaparola.store.read.mailboxes import mailbox_key

SQLITE = sqlite3.connect(":memory:")
ODD = st.text(st.sampled_from("aAbß.++.-_'ſİéK日"), min_size=1, max_size=8)
DOMAINS = st.sampled_from(
    ["gmail.com", "GoogleMail.com", "firm.example", "b+c.com", "mail.gmail.com", "bücher.example"]
)


def read(address: str) -> str | None:
    try:
        return canonical("email", address)[1]
    except UnableToReadIdentity:
        return None


@settings(max_examples=200)
@given(ODD, DOMAINS, st.text(st.sampled_from("x+.é"), max_size=4))
def test_the_spellings_of_an_address_are_found(local: str, domain: str, tag: str) -> None:
    """`+tag` anywhere, dots and the two names at Gmail; and SQLite's expression finds each by the keys of the mailbox."""
    own = read(f"{local}@{domain}")
    if own is None or not own.partition("@")[0].partition("+")[0].strip("."):  # of nothing but dots each is its own
        return
    box = mailbox(own)
    assert mailbox(box) == box
    spelled = read(f"{local.upper() if local.upper().casefold() == local.casefold() else local}+{tag}@{domain}")
    gmail = box.endswith("@gmail.com")
    dotted = read(f"{'.'.join(local.partition('+')[0] or local)}@googlemail.com") if gmail else None
    for address in filter(None, (own, spelled, dotted)):
        assert mailbox(address) == box
        (key,) = SQLITE.execute(f"SELECT {mailbox_key('?1', postgres=False)}", (address,)).fetchone()
        assert key in keys_of(box)


def test_what_is_another_mailbox_stays_another() -> None:
    firm = [f"{name}@firm.example" for name in ("b.runo", "bruno", "+bruno", "+b")]
    boxes = [*firm, "bruno@gmail.com", "bruno@mail.gmail.com", "..@gmail.com"]
    assert [mailbox(address) for address in boxes] == boxes
    assert mailbox("b.r.uno+x+y@googlemail.com") == "bruno@gmail.com"
