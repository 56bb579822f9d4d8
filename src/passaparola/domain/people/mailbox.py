"""The mailbox that an e-mail address reaches, as most providers read it: two spellings of one address reach one mailbox."""

GMAIL = "gmail.com"
_GMAIL_TOO = "googlemail.com"


def mailbox(address: str) -> str:
    """The mailbox of an address in canonical form (`identity.canonical`), written as an address.

    What follows a `+` is left out: most providers deliver it to the same mailbox (RFC 5233 calls it the detail). Dots count nothing at
    Gmail, and googlemail.com is gmail.com (https://support.google.com/mail/answer/7436150); at any other provider they count. Only to
    match by: nothing is sent to it, and people who share a mailbox, such as a family, stay apart.
    """
    local, _, domain = address.rpartition("@")
    base = local.partition("+")[0] or local
    if domain in (GMAIL, _GMAIL_TOO):
        return f"{base.replace('.', '') or base}@{GMAIL}"
    return f"{base}@{domain}"


def keys_of(box: str) -> tuple[str, ...]:
    """What an index finds the addresses of a mailbox by: those of others may be among them, none of its own is missing."""
    local, _, domain = box.rpartition("@")
    key = local.partition("+")[0].replace(".", "")
    return tuple(f"{key}@{one}" for one in ((GMAIL, _GMAIL_TOO) if domain == GMAIL else (domain,)))
