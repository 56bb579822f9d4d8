"""Takes the gallery in docs/screenshots from a fresh demo: `make screenshots`. A picture more is one line of SHOTS.

python -m docs.screenshots             all of them
python -m docs.screenshots rewards     those whose name begins so
python -m docs.screenshots --at http://localhost:8000 --who operator:PASSWORD …    of staff's pages, from a demo that runs already
"""

import argparse
import base64
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import installed_chromium

ROOT = Path(__file__).parents[1]
PLACE = ROOT / "docs" / "screenshots"
CHROMIUM = ("--no-sandbox", "--disable-background-networking")
WIDE, TABLET, PHONE = (1440, 900), (768, 1024), (360, 740)
MOST_BYTES = 4_000_000
QUALITY = 72
SIGNED_IN, NOBODY, ADVOCATE = "operator", "", "advocate"
FRIENDS, SHOP = "friends:", "shop:"  # the link that the demo prints; the example shop
PROGRAM = "demo-coffee-five"
WORDS = {
    "message": {"words": "We have roasted on Via del Corso since 1961. Come in, and bring somebody you like."},
    "product": {
        "name": "House blend, 250 g",
        "words": "Chocolate, hazelnut, a little orange. Roasted on Tuesdays, ground as you like it.",
        "link": "https://shop.example.com/house",
    },
    "questions": {
        "items": [
            {"question": "Can I use it at the bar?", "answer": "At the bar and in the online shop."},
            {"question": "When does it expire?", "answer": "After 90 days."},
        ]
    },
    "values": {"words": "Direct trade. Fair wages. Paper bags."},
}


@dataclass(frozen=True, slots=True)
class Shot:
    """One page, as it looks to somebody. ` >part` in `path`: then the first link whose address has this part."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    locale: str = "en"
    who: str = SIGNED_IN


SHOTS: tuple[Shot, ...] = (
    Shot("programs", "/"),
    Shot("programs-dark", "/", scheme="dark"),
    Shot("programs-phone", "/", size=PHONE),
    Shot("programs-arabic", "/", locale="ar"),
    Shot("program", "/programs/demo-coffee-five/"),
    Shot("program-tablet", "/programs/demo-coffee-five/", size=TABLET),
    Shot("dashboard", "/programs/demo-coffee-five/numbers/?days=90"),
    Shot("dashboard-dark", "/dashboard/?days=90", scheme="dark"),
    Shot("dashboard-arabic-phone", "/programs/demo-coffee-five/numbers/?days=90", size=PHONE, locale="ar"),
    Shot("support", "/find"),
    Shot("rewards", "/programs/demo-coffee-five/rewards/"),
    Shot("rewards-phone-dark", "/programs/demo-coffee-five/rewards/", size=PHONE, scheme="dark"),
    Shot("referral", "/programs/demo-coffee-five/referrals/ >/referrals/ref_"),
    Shot("reward", "/programs/demo-coffee-five/rewards/ >/rewards/rwd_"),
    Shot("reward-arabic-phone", "/programs/demo-coffee-five/rewards/ >/rewards/rwd_", size=PHONE, locale="ar"),
    Shot("person", "/find?q=demo-ada >/people/per_"),
    Shot("find", "/find?q=demo"),
    Shot("findings", "/findings/"),
    Shot("connect", "/connect/"),
    Shot("connect-phone-arabic", "/connect/", size=PHONE, locale="ar"),
    Shot("keys", "/settings/"),
    Shot("keys-dark", "/settings/", scheme="dark"),
    Shot("gallery", "/gallery/"),
    Shot("set-up", "/setup/ >/setup/stp_"),
    Shot("set-up-arabic", "/setup/ >/setup/stp_", locale="ar"),
    Shot("set-up-phone-dark", "/setup/ >/setup/stp_", size=PHONE, scheme="dark"),
    Shot("plan", "/programs/demo-coffee-five/plan/"),
    Shot("program-file", "/programs/demo-coffee-five/file/"),
    Shot("webhooks", "/settings/webhooks/"),
    Shot("log", "/settings/log/"),
    Shot("staff", "/settings/staff/"),
    Shot("join", "/join/demo-coffee-five", who=NOBODY),
    Shot("join-phone-dark", "/join/demo-coffee-five", size=PHONE, scheme="dark", who=NOBODY),
    Shot("landing", FRIENDS, who=NOBODY),
    Shot("landing-phone", FRIENDS, size=PHONE, who=NOBODY),
    Shot("landing-dark", FRIENDS, scheme="dark", who=NOBODY),
    Shot("landing-arabic-phone", FRIENDS, size=PHONE, locale="ar", who=NOBODY),
    Shot("told", f"/told/{PROGRAM}", size=PHONE, who=NOBODY),
    Shot("portal", "/me/", who=ADVOCATE),
    Shot("portal-phone", "/me/", size=PHONE, who=ADVOCATE),
    Shot("portal-rewards-dark-phone", "/me/rewards/", size=PHONE, scheme="dark", who=ADVOCATE),
    Shot("portal-friends-arabic", "/me/friends/", size=TABLET, locale="ar", who=ADVOCATE),
    Shot("widget", f"{SHOP}/", who=NOBODY),
    Shot("widget-thanks-arabic", f"{SHOP}/thanks?lang=ar", size=TABLET, locale="ar", who=NOBODY),
    Shot("cookies", "/cookies/", who=NOBODY),
    Shot("sign-in", "/accounts/login/", who=NOBODY),
    Shot("sign-in-phone-dark", "/accounts/login/", size=PHONE, scheme="dark", who=NOBODY),
    Shot("account", "/accounts/second-factor/"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo shop: its address, `name:password` of its operator; of one of our own also the friends' link, an API key, the example shop."""

    address: str
    operator: str
    link: str = ""
    key: str = ""
    shop: str = ""

    def call(self, method: str, path: str, given: dict[str, object]) -> dict[str, str]:
        """Ask its API."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        asked = urllib.request.Request(  # noqa: S310  our own server
            f"{self.address}/api/v1{path}", json.dumps(given).encode(), headers, method=method
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return dict(json.load(answer))


@contextlib.contextmanager
def demo() -> Iterator[Demo]:
    """A demo shop of our own, and a shop on another origin that shows its widget, as long as the block runs."""
    port, shops_port = _free_port(), _free_port()
    with tempfile.TemporaryDirectory() as data, contextlib.ExitStack() as running:
        address, shop = f"http://localhost:{port}", f"http://localhost:{shops_port}"
        environment = {**os.environ, "PASSAPAROLA_DATA": data, "PASSAPAROLA_PUBLIC_URL": address}
        program = Path(sys.executable).with_name("passaparola")
        server = running.enter_context(_started([program, "up", "--demo", "--port", str(port)], environment))
        assert server.stdout is not None  # noqa: S101
        operator, link = _told(server.stdout)
        _wait_for(port)

        def key(*more: str) -> dict[str, str]:
            command = [str(program), "apikey", "create", "--json", "--name", *more]
            return dict(json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout))  # noqa: S603

        site = key("Shop", "--publishable", "--origin", shop)["prefix"]
        widgets = [
            sys.executable,
            "examples/widget/serve.py",
            "--key",
            site,
            "--site",
            address,
            "--port",
            str(shops_port),
        ]
        running.enter_context(_started(widgets, environment))
        _wait_for(shops_port)
        found = Demo(address, operator, link, key("Gallery")["key"], shop)
        for block, content in WORDS.items():
            found.call("PUT", f"/programs/{PROGRAM}/page/en/{block}", {"content": content})
        yield found


@contextlib.contextmanager
def _started(command: Sequence[str | Path], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process that ends with the block."""
    running = subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield running
    finally:
        running.terminate()
        running.wait(30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    """Until it answers."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the demo did not answer")


def _told(lines: Iterable[str]) -> tuple[str, str]:
    """`name:password` and the friends' link, from what `up --demo` prints."""
    who = link = ""
    for line in lines:
        if found := re.search(r"Sign in as (\S+) with the password (\S+)", line):
            who = f"{found[1]}:{found[2]}"
        if found := re.search(r"Open as a friend: (\S+)", line):
            link = found[1]
        if " is at http" in line:
            return who, link
    raise SystemExit("the demo did not start")


def take(shots: tuple[Shot, ...], shop: Demo, place: Path) -> None:
    """Take them, each as WebP."""
    place.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=list(CHROMIUM))
        kept = {NOBODY: [], SIGNED_IN: _signed_in(browser, shop.address, shop.operator)}
        if any(shot.who == ADVOCATE for shot in shots):
            kept[ADVOCATE] = _in_the_portal(browser, shop)
        for shot in shots:
            context = _context(browser, shot, kept[shot.who])
            page = context.new_page()
            _go(page, shop, shot.path)
            (place / f"{shot.name}.webp").write_bytes(_webp(context, page))
            context.close()
            print(shot.name, flush=True)  # noqa: T201
        browser.close()


def _in_the_portal(browser: Browser, shop: Demo) -> list[dict[str, object]]:
    """The portal of whoever has the friends' link, by the way that a shop's own pages lead there."""
    known = shop.call("POST", "/advocates", {"program": PROGRAM, "customer_id": "demo-ada"})
    entrance = shop.call("POST", f"/advocates/{known['id']}/portal-link", {})
    context = browser.new_context()
    page = context.new_page()
    page.goto(entrance["url"])
    page.locator("form button.big").click()
    page.wait_for_url("**/me/")
    page.get_by_role("button", name="Decline").first.click()
    page.wait_for_load_state()
    cookies = [dict(cookie) for cookie in context.cookies()]
    context.close()
    return cookies


def _signed_in(browser: Browser, address: str, who: str) -> list[dict[str, object]]:
    name, _, password = who.partition(":")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/accounts/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", password)
    page.locator("#id_password").press("Enter")
    page.wait_for_load_state()
    page.get_by_role("button", name="Decline").first.click()
    page.wait_for_load_state()
    _begin_a_set_up(page, address)
    cookies = [dict(cookie) for cookie in context.cookies()]
    context.close()
    return cookies


def _begin_a_set_up(page: Page, address: str) -> None:
    """A program that is being set up, as far as the rewards; once a demo."""
    page.goto(f"{address}/setup/")
    if page.locator("a[href*='/setup/stp_']").count():
        return
    page.get_by_role("button", name="Begin", exact=True).click()
    page.fill("#id_name", "Bread for friends")
    for answer in (None, "[value='scratch']", "#id_order_value"):
        if answer == "#id_order_value":
            page.fill(answer, "80")
            page.fill("#id_margin", "45")
        elif answer:
            page.locator(answer).check()
        page.get_by_role("button", name="Save and go on").click()


def _context(browser: Browser, shot: Shot, kept: list[dict[str, object]]) -> BrowserContext:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        locale=shot.locale,
        reduced_motion="reduce",
    )
    if kept:
        context.add_cookies(kept)  # type: ignore[arg-type]
    return context


def _go(page: Page, shop: Demo, path: str) -> None:
    first, *links = path.split(" >")
    page.goto(
        shop.link
        if first == FRIENDS
        else first.replace(SHOP, shop.shop)
        if first.startswith(SHOP)
        else shop.address + first
    )
    for link in links:
        page.goto(shop.address + str(page.locator(f'main a[href*="{link}"]').first.get_attribute("href")))
    page.wait_for_load_state("networkidle")


def _webp(context: BrowserContext, page: Page) -> bytes:
    """The whole page, at most three screens of it."""
    width, height = page.evaluate(
        "() => [innerWidth, Math.min(document.documentElement.scrollHeight, innerHeight * 3)]"
    )
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    given = {"format": "webp", "quality": QUALITY, "captureBeyondViewport": True, "clip": clip}
    said = context.new_cdp_session(page).send("Page.captureScreenshot", given)
    return base64.b64decode(said["data"])


def main() -> None:
    """What was asked for on the command line."""
    asked = argparse.ArgumentParser()
    asked.add_argument("names", nargs="*")
    asked.add_argument("--at", default="")
    asked.add_argument("--who", default="")
    asked.add_argument("--to", type=Path, default=PLACE)
    given = asked.parse_args()
    shots = tuple(s for s in SHOTS if not given.names or s.name.startswith(tuple(given.names)))
    if given.at:
        staffs = tuple(s for s in shots if s.who == SIGNED_IN)
        take(staffs, Demo(given.at, given.who), given.to)
    else:
        with demo() as shop:
            take(shots, shop, given.to)
    size = sum(path.stat().st_size for path in given.to.glob("*.webp"))
    if size > MOST_BYTES:
        raise SystemExit(f"{given.to} holds {size} bytes, more than {MOST_BYTES}: take fewer or smaller ones")


if __name__ == "__main__":
    main()
