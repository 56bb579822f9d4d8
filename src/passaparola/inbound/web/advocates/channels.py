"""The channels by which an advocate shares: for each a name and the address to which the message is handed."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from passaparola.domain.sharing.texts import with_link


@dataclass(frozen=True, slots=True)
class Message:
    """What is handed over: the words, the link with its channel, a subject where there is one. Words may hold the link already."""

    words: str
    link: str
    subject: str

    @property
    def whole(self) -> str:
        return with_link(self.words, self.link)

    @property
    def beside(self) -> str:
        """The words for whoever sets the link before them by itself."""
        return "\n".join(line for line in self.words.replace(self.link, "").splitlines() if line.strip()).strip()

    @property
    def apart(self) -> dict[str, str]:
        """Words and link for whoever takes each by itself: the link once."""
        return {"text": self.words} if self.link in self.words else {"text": self.words, "url": self.link}


@dataclass(frozen=True, slots=True)
class Channel:
    """`key` is recorded with the share and with every visit that comes of it. `target` is what a page's policy must let through."""

    key: str
    name: str | Promise
    target: str
    address: Callable[[Message], str] | None  # None: the message is shown, to be copied


def _with(start: str, **given: str) -> str:
    return f"{start}{urlencode(given)}"


def _quoted(start: str, **given: str) -> str:
    """Programs for mail and text messages take a plus for a plus."""
    return f"{start}{urlencode(given)}".replace("+", "%20")


CHANNELS: dict[str, Channel] = {
    channel.key: channel
    for channel in (
        Channel(
            "whatsapp", "WhatsApp", "https://wa.me https://api.whatsapp.com https://web.whatsapp.com",
            lambda m: _with("https://wa.me/?", text=m.whole),
        ),
        Channel("telegram", "Telegram", "https://t.me", lambda m: _with("https://t.me/share/url?", url=m.link, text=m.beside)),
        Channel("email", gettext_lazy("E-mail"), "mailto:", lambda m: _quoted("mailto:?", subject=m.subject, body=m.whole)),
        Channel("sms", gettext_lazy("Text message"), "sms:", lambda m: _quoted("sms:?&", body=m.whole)),
        Channel(
            "facebook", "Facebook", "https://www.facebook.com https://m.facebook.com",
            lambda m: _with("https://www.facebook.com/sharer/sharer.php?", u=m.link),
        ),
        Channel("x", "X", "https://x.com https://twitter.com", lambda m: _with("https://x.com/intent/post?", **m.apart)),
        Channel(
            "linkedin", "LinkedIn", "https://www.linkedin.com",
            lambda m: _with("https://www.linkedin.com/sharing/share-offsite/?", url=m.link),
        ),
        Channel("other", gettext_lazy("Elsewhere…"), "", None),
    )
}  # fmt: skip
SYSTEM = "share"  # the system's own share sheet, opened by a script
QR = "qr"
COPY = "copy"  # the button beside the link, by a script
TOLD_BY_SCRIPT = frozenset({SYSTEM, COPY})
FORM_TARGETS = tuple(channel.target for channel in CHANNELS.values() if channel.target)
