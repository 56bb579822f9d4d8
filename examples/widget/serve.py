"""A shop on another origin that shows the widgets: `make shop`, while `make run` runs beside it.

It needs nothing but Python. Its policy is as strict as a shop's can be, and it signs its user as a real shop's server would:

    python examples/widget/serve.py --key pp_pub_… [--secret …] [--site http://localhost:8000] [--port 8001]
"""

import argparse
import base64
import hashlib
import hmac
import http.server
import json
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).parent
PAGES = {
    "/": '<h1>Good coffee, every morning</h1>\n<div data-passaparola="section"></div>\n<div data-passaparola="share"></div>'
    '\n<div data-passaparola="proof"></div>\n<div data-passaparola="email"></div>',
    "/thanks": "<h1>Thank you for your order 1001</h1>\n"
    '<div data-passaparola="conversion" data-order="1001" data-amount="41.44" data-currency="EUR" data-email="kim@example.com"></div>\n'
    '<div data-passaparola="purchase" data-item="a bag of beans" data-item-url="https://shop.example.com/beans"></div>',
    "/frame": '<h1>The same in a frame</h1>\n<iframe src="SITE/w/v1/KEY/frame/share" title="Recommend us"></iframe>',
}


def signed_user(secret: str, customer: str, email: str) -> str:
    """A JSON Web Token (HS256) that says who is signed in, good for an hour. Any JWT library does the same."""
    said = {"sub": customer, "email": email, "exp": int(time.time()) + 3600}
    text = ".".join(_part(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, said))
    return f"{text}.{_part(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def page(path: str, language: str, options: argparse.Namespace) -> str:
    """A page of the shop with our script in it."""
    user = f'data-user="{signed_user(options.secret, "demo-shopper", "kim@example.com")}"' if options.secret else ""
    text = (HERE / "index.html").read_text(encoding="utf-8").replace("PAGE", PAGES[path]).replace("USER", user)
    text = text.replace("LANG", language).replace("DIR", "rtl" if language == "ar" else "ltr")
    return text.replace("SITE", options.site).replace("KEY", options.key)


def serve(options: argparse.Namespace) -> None:
    """Answer on a port of its own until it is stopped."""
    site = options.site
    policy = (
        f"default-src 'none'; style-src 'self'; script-src {site}; connect-src {site}; img-src {site}; frame-src {site}"
    )

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            language = "ar" if parse_qs(asked.query).get("lang") == ["ar"] else "en"
            if asked.path == "/shop.css":
                self._send((HERE / "shop.css").read_text(encoding="utf-8"), "text/css")
            elif asked.path in PAGES:
                self._send(page(asked.path, language, options), "text/html")
            else:
                self.send_error(404)

        def _send(self, text: str, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

    print(f"the shop: http://localhost:{options.port}/", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Shop).serve_forever()


if __name__ == "__main__":
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--key", required=True, help="a publishable key that names the shop's address")
    read.add_argument(
        "--secret", default="", help="the signing secret of that key, from the page Connect: signs a user in"
    )
    read.add_argument("--site", default="http://localhost:8000", help="where passaparola is")
    read.add_argument("--port", type=int, default=8001)
    serve(read.parse_args())
