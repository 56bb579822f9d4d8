"""The address of the mail server: what it means, and what is said when it is wrong, without repeating a password."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from passaparola.config.checks import mail_password_is_encrypted, mails_have_a_sender
from passaparola.config.mail import FOLDER, SMTP, mail_from, mail_server


def test_without_an_address_nothing_leaves_the_machine() -> None:
    assert mail_server("").backend == FOLDER
    assert mail_server("folder:/srv/mail").folder == "/srv/mail"


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp://u:p@mail.example.com", 587, True, False),
        ("smtp://mail.example.com:25?tls=none", 25, False, False),
        ("smtp://localhost", 25, False, False),
        ("smtp://localhost:2525?tls=starttls", 2525, True, False),
        ("smtps://u:p@mail.example.com", 465, False, True),
    ],
)
def test_an_address_says_how_it_is_encrypted(url: str, port: int, starttls: bool, tls: bool) -> None:
    server = mail_server(url)
    assert (server.backend, server.port, server.starttls, server.tls, server.seconds) == (SMTP, port, starttls, tls, 20)


def test_words_of_the_address_are_decoded() -> None:
    server = mail_server("smtp://ada%40x:p%2Fw@h?timeout=5")
    assert (server.user, server.password, server.seconds) == ("ada@x", "p/w", 5)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com", "http://u:geheim@h", "smtp://", "smtp://u:geheim@h/path", "smtp://u:geheim@h?tls=maybe", "smtps://u:geheim@h?tls=starttls",
        "smtp://u:geheim@h?x=1", "smtp://u:geheim@h:99999", "smtp://u:geheim@h?timeout=0", "folder:relative", "folder://host/x",
        "smtp://:geheim@h", "smtp://[::1",
    ],
)  # fmt: skip
def test_a_wrong_address_is_named_with_the_remedy_and_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write smtp://") as problem:
        mail_server(url)
    assert "geheim" not in str(problem.value)


def test_the_sender_is_one_address() -> None:
    assert mail_from("", public_url="https://refer.example.com") == "no-reply@refer.example.com"
    assert mail_from("refer@example.com", public_url="https://x.example") == "refer@example.com"
    for wrong in ("refer", "a@b, c@d", "Ada <a@b>", "a@b\nBcc: c@d"):
        with pytest.raises(ImproperlyConfigured, match="one address"):
            mail_from(wrong, public_url="https://x.example")


def test_a_server_needs_a_sender_and_a_password_encryption() -> None:
    server = mail_server("smtp://u:p@mail.example.com?tls=none")
    assert mails_have_a_sender(server, sender="") is not None
    assert mails_have_a_sender(server, sender="a@b.example") is None
    assert mails_have_a_sender(mail_server(""), sender="") is None
    assert mail_password_is_encrypted(server) is not None
    assert mail_password_is_encrypted(mail_server("smtp://u:p@mail.example.com")) is None
    assert mail_password_is_encrypted(mail_server("smtp://u:p@localhost")) is None
