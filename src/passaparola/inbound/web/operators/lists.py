"""How lists of staff go on: a page at a time, behind the last id that was shown."""

from django.http import HttpRequest

PAGE = 25
HEX = frozenset("0123456789abcdef")


def cursor_of(request: HttpRequest) -> str | None:
    """The id to go on behind; what cannot be one begins at the top."""
    text = request.GET.get("before", "")
    return text if len(text) == 32 and set(text) <= HEX else None
