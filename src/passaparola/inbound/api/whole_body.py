"""The body of a request, whole or not at all: the server hands on what came before a line broke, and half a program file is one, too."""

from typing import Any

BROKEN_OFF = "Less of the body came than was announced. Nothing was changed: send it again."
IN_PIECES = (
    "Send the body with its Content-Length, not chunked: only so it shows whether all of it came. Nothing was changed."
)


class WholeBody:
    """What Django reads the body of a request from. Raises ConnectionResetError where it ends before its announced length."""

    def __init__(self, stream: Any, length: int):
        self._stream, self._left = stream, length
        self.readline = stream.readline

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        got: bytes = self._stream.read(wanted) if wanted else b""
        if len(got) < wanted:
            raise ConnectionResetError(BROKEN_OFF)
        self._left -= wanted
        return got


def length_told(environ: dict[str, Any]) -> int:
    """The announced length; 0 where none is."""
    told = environ.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else 0
