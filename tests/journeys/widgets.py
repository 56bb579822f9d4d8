"""A shop on another origin that shows a widget: its page, with a policy as strict as it can be, and its users."""

import base64
import contextlib
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.keys.change import NewKey, create_key
from passaparola.domain.instant import SECOND
from passaparola.domain.user_tokens import signing_secret
from passaparola.inbound.keyring import the_keyring
from tests.journeys.caller import Shop, now, unchecked

PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="{site}/w/v1/passaparola.js" data-key="{key}"{more}></script></head>
<body><main><h1>Shop</h1>{places}</main></body></html>"""


@dataclass
class Foreign:
    """A web server of somebody else's. `places` is what its page holds; `more` are attributes of the script tag."""

    origin: str
    site: str
    key: str = ""
    places: str = ""
    more: str = ""
    lang: str = "en"

    @property
    def policy(self) -> str:
        return f"default-src 'none'; script-src {self.site}; connect-src {self.site}; frame-src {self.site}; img-src {self.site}"

    def page(self) -> bytes:
        direction = "rtl" if self.lang == "ar" else "ltr"
        return PAGE.format(**vars(self), dir=direction).encode()


@contextlib.contextmanager
def foreign_shop(site: str) -> Iterator[Foreign]:
    """The shop, served on a port of its own."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", shop.policy)
            self.end_headers()
            self.wfile.write(shop.page())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    shop = Foreign(f"http://127.0.0.1:{server.server_port}", site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def widget_key(shop: Shop, *origins: str) -> NewKey:
    """A publishable key for these pages."""
    asked = Asked(shop.workspace, now(), "Olga")
    return done(create_key("widget", publishable=True, origins=origins, asked=asked))


def signed(key: NewKey, *, secret: str = "", alg: str = "HS256", **claims: Any) -> str:
    """A user whom the firm's server signs, good for an hour unless `exp` says otherwise."""
    said = {"exp": now() // SECOND + 3600, **claims}
    text = ".".join(_part(json.dumps(part).encode()) for part in ({"alg": alg, "typ": "JWT"}, said))
    with_secret = (secret or signing_secret(the_keyring(), key.row.id)).encode()
    return f"{text}.{_part(hmac.digest(with_secret, text.encode(), hashlib.sha256))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Page:
    """A page of the firm's that calls us with a publishable key, as a browser would."""

    def __init__(self, key: NewKey, origin: str) -> None:
        self.prefix, self.origin = key.row.prefix, origin

    def call(self, method: str, path: str, body: Any = None, *, origin: str | None = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        said = self.origin if origin is None else origin
        given = {**({"origin": said} if said else {}), "user_agent": "Mozilla/5.0", **headers}
        return unchecked(method, f"/w/v1/{self.prefix}/{path}", raw, "application/json" if raw else "", given)
