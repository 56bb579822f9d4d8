"""The text that a firm copies into its pages."""

from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from passaparola.inbound.web.widget.serving import KINDS

PLACES: dict[str, Any] = {
    "share": _("Share box: the link, a message and the channels"),
    "banner": _("Banner above a page"),
    "section": _("Section of a home page"),
    "purchase": _("After an order"),
    "email": _("Asks for an e-mail address"),
}
ORDER = (
    '<div data-passaparola="conversion" data-order="1001" data-amount="41.44" data-currency="EUR"'
    ' data-email="ben@example.com"></div>'
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A place in a page: what it is called, and what to copy."""

    kind: str
    label: Any
    text: str


def script(prefix: str) -> str:
    """The one line that every page needs once."""
    return (
        f'<script type="module" src="{settings.PUBLIC_URL}/w/v1/passaparola.js" data-key="{escape(prefix)}"></script>'
    )


def places(program: str) -> list[Snippet]:
    """One line for each place. `program` only where there are several."""
    which = f' data-program="{escape(program)}"' if program else ""
    return [
        Snippet(kind, PLACES[kind], f'<div data-passaparola="{kind}"{which}></div>') for kind in KINDS if kind in PLACES
    ]


def framed(prefix: str, title: str) -> str:
    """The same where a site takes no scripts."""
    source = f"{settings.PUBLIC_URL}/w/v1/{escape(prefix)}/frame/share"
    return f'<iframe src="{source}" title="{escape(title)}" width="100%" height="640" loading="lazy"></iframe>'
