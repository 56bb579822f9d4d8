"""A film on a page: which player shows it, and from where. Nothing of it is loaded before a person asks for it."""

import re
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from passaparola.domain.values import value

LONGEST = 2048
_YOUTUBE = {
    "youtube.com",
    "www.youtube.com",
    "m.youtube.com",
    "youtu.be",
    "youtube-nocookie.com",
    "www.youtube-nocookie.com",
}
_VIMEO = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}
_NAME = re.compile(r"[A-Za-z0-9_-]{6,20}")
_NUMBER = re.compile(r"[0-9]{5,12}")
_HASH = re.compile(r"[0-9A-Za-z]{4,40}")  # of a film at Vimeo that is not listed
_HOST = re.compile(r"[a-z0-9.-]+")
_FILES = (".mp4", ".webm")


class Player(StrEnum):
    FRAME = "frame"  # the host's own player in a frame
    FILE = "file"  # the browser's player


class UnableToReadVideo(ValueError):
    """Not the address of a film that we can show; the message says which are."""


@value(frozen=True, slots=True)
class Video:
    """`address` opens the film anywhere, `source` is what the player loads, `origin` where that comes from."""

    player: Player
    address: str
    source: str
    origin: str
    host: str


def read_video(text: str) -> Video:
    """A film at YouTube (without cookies), at Vimeo (without tracking) or as an .mp4 or .webm file by https. Raises UnableToReadVideo."""
    text = text.strip()
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise UnableToReadVideo(_WHICH) from None
    if (
        parts.scheme != "https"
        or not _HOST.fullmatch(host)
        or parts.username
        or port
        or len(text) > LONGEST
        or not _plain(text)
    ):
        raise UnableToReadVideo(_WHICH)
    if host in _YOUTUBE and (name := _youtube(host, parts.path, parts.query)):
        source = f"https://www.youtube-nocookie.com/embed/{name}?autoplay=1"
        return Video(Player.FRAME, f"https://www.youtube.com/watch?v={name}", source, _origin(source), "YouTube")
    if host in _VIMEO and (named := _vimeo(parts.path, parts.query)):
        number, key = named
        source = f"https://player.vimeo.com/video/{number}?{f'h={key}&' if key else ''}dnt=1&autoplay=1"
        address = f"https://vimeo.com/{number}{f'/{key}' if key else ''}"
        return Video(Player.FRAME, address, source, _origin(source), "Vimeo")
    if parts.path.lower().endswith(_FILES):
        return Video(Player.FILE, text, text, f"https://{host}", host)
    raise UnableToReadVideo(_WHICH)


_WHICH = "write the https address of a film at YouTube or Vimeo, or of an .mp4 or .webm file"


def _plain(text: str) -> bool:
    """Letters that an address consists of: what is no letter of it could end the policy in which its origin stands."""
    return text.isascii() and text.isprintable() and not set(text) & set(" \"'<>;,\\^`{|}")


def _youtube(host: str, path: str, query: str) -> str:
    pieces = [piece for piece in path.split("/") if piece]
    if host == "youtu.be":
        name = pieces[0] if pieces else ""
    elif pieces[:1] == ["watch"]:
        name = parse_qs(query).get("v", [""])[0]
    else:
        name = pieces[1] if len(pieces) == 2 and pieces[0] in ("embed", "shorts", "live") else ""
    return name if _NAME.fullmatch(name) else ""


def _vimeo(path: str, query: str) -> tuple[str, str] | None:
    """The number of a film, and the hash that one which is not listed is opened with."""
    pieces = [piece for piece in path.split("/") if piece]
    place = next((at for at, piece in enumerate(pieces) if _NUMBER.fullmatch(piece)), None)
    if place is None:
        return None
    key = pieces[place + 1] if len(pieces) > place + 1 else parse_qs(query).get("h", [""])[0]
    return pieces[place], key if _HASH.fullmatch(key) else ""


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
