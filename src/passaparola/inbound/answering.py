"""What granian calls for each request: clicks first, which nobody waits for, then the WSGI application.

A WSGI application keeps its thread until it answers. Granian's object for a request takes the answer from any thread at any time, so a
click keeps none: the recorder answers it when its visit is durable. Only requests without a body may be answered so: granian drops the
body as soon as its call returns.

Granian gives WSGI no public way to that object: the one function that it wraps applications with is replaced by `answered`, which calls
it. Were granian to lose that function, the start would fail, and every test that starts a server; `redirect.redirect` answers the same
by plain WSGI.
"""

from collections.abc import Callable
from typing import Any

from granian.server import mp

from passaparola.inbound.links.redirect import PREFIX, click
from passaparola.inbound.requests import Environ, later

_granians: Callable[..., Callable[[Any, Environ], Any]] = mp._wsgi_call_wrap  # type: ignore[attr-defined]


def answer_clicks_later() -> None:
    """From now on this process's worker is made with `answered`."""
    mp._wsgi_call_wrap = answered  # type: ignore[assignment,attr-defined]


def answered(
    application: Any, options: dict[str, Any], log_format: str | None = None
) -> Callable[[Any, Environ], None]:
    """What granian calls, for a WSGI application. It returns when the request is answered; for a click, before."""
    wsgi, clicks = _granians(application, options, log_format), later(click)

    def answer(request: Any, environ: Environ) -> None:
        if not (environ["PATH_INFO"].startswith(PREFIX) and clicks(environ, request.response_bytes)):
            wsgi(request, environ)

    return answer
