"""How a person is known: kinds of identity and their canonical form."""

import re
import unicodedata

KINDS = ("customer_id", "email", "phone", "device")  # strongest first
EMAIL_MAC = "email_mac"  # kept instead of a forgotten address: told by nobody, shown to nobody, in no list of kinds
Identity = tuple[str, str]
LONGEST_EMAIL = 254

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f,;<>\"()\[\]\\]{1,64}@[^@\s\x00-\x1f\x7f,;<>\"()\[\]\\]{1,255}")
_PHONE = re.compile(r"\+?[0-9]{5,20}")


class UnableToReadIdentity(ValueError):
    """The value is no identity of its kind; the message says what was expected."""


def canonical(kind: str, value: object) -> Identity:
    """The form in which an identity is stored and compared. Raises UnableToReadIdentity."""
    if kind not in KINDS:
        raise UnableToReadIdentity(f"{kind!r} is no kind of identity: use one of {', '.join(KINDS)}")
    if not isinstance(value, str) or not value.strip() or len(value) > 255 or not value.isprintable():
        raise UnableToReadIdentity(f"{kind} must be 1 to 255 printable characters")
    if kind == "email":
        return kind, _email(value)
    if kind == "phone":
        digits = re.sub(r"[\s().\-/]", "", value)
        if not _PHONE.fullmatch(digits):
            raise UnableToReadIdentity(f"{value!r} is no phone number: write it as +48123456789")
        return kind, digits
    return kind, value.strip()


def _email(value: str) -> str:
    text = unicodedata.normalize("NFKC", value.strip()).casefold().replace("。", ".")
    if not _EMAIL.fullmatch(text):
        raise UnableToReadIdentity(f"{value!r} is no e-mail address, such as ada@example.com")
    local, _, domain = text.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise UnableToReadIdentity(f"{value!r} has no valid domain after the @") from None
    if "." not in domain or domain.startswith(".") or domain.endswith(".") or ".." in domain:
        raise UnableToReadIdentity(f"{value!r} has no valid domain after the @")
    if len(local) + len(domain) >= LONGEST_EMAIL:
        raise UnableToReadIdentity(f"{value!r} is longer than an e-mail address can be ({LONGEST_EMAIL} characters)")
    return f"{local}@{domain}"
