"""Who opened a link: a person, a machine, or somebody of whom it is not known yet. From the request's headers alone."""

from collections.abc import Mapping
from enum import StrEnum

from passaparola.domain.instant import Instant
from passaparola.domain.values import value


class VisitKind(StrEnum):
    PERSON = "person"  # a browser says that it opened the link as a page of its own
    MACHINE = "machine"  # a header or the list of bots says so
    UNCONFIRMED = "unconfirmed"  # it looks like a browser's; the landing page or an event confirms it


@value(frozen=True, slots=True)
class Visit:
    """One time that a link was opened. Its id is made before the first attempt to write it."""

    id: str
    workspace: str
    link: str
    at: Instant
    kind: VisitKind
    channel: str
    location: str = ""  # of the firm, where the link was for one


PREFETCH_HEADERS = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")
_PREFETCH_WORDS = ("prefetch", "prerender", "preview")


def kind_of(headers: Mapping[str, str], *, method: str, bot: bool) -> VisitKind:
    """What a request tells of who makes it. `headers` are named as in WSGI; `bot`: the list knows its user agent, or it has none.

    A person's is only the top-level navigation of a browser that says so (Sec-Fetch-Mode `navigate`, Sec-Fetch-Dest `document`). A browser
    that says that it loads something else (an image, a frame, a script's request) or loads ahead is nobody's visit. One that says
    nothing is unconfirmed.
    """
    if bot or method == "HEAD" or _loads_ahead(headers):
        return VisitKind.MACHINE
    mode, destination = headers.get("HTTP_SEC_FETCH_MODE"), headers.get("HTTP_SEC_FETCH_DEST")
    if mode is None and destination is None:
        return VisitKind.UNCONFIRMED
    if mode in (None, "navigate") and destination in (None, "document"):
        return VisitKind.PERSON if mode and destination else VisitKind.UNCONFIRMED
    return VisitKind.MACHINE


def _loads_ahead(headers: Mapping[str, str]) -> bool:
    for name in PREFETCH_HEADERS:
        said = headers.get(name)
        if said is not None and any(word in said.lower() for word in _PREFETCH_WORDS):
            return True
    return False
