"""Takes the gallery in docs/screenshots from a fresh demo: `make screenshots`. A picture more is one line of SHOTS.

python -m docs.screenshots             all of them
python -m docs.screenshots rewards     those whose name begins so
python -m docs.screenshots --at http://localhost:8000 --who operator:PASSWORD …    from a demo that runs already
"""

import argparse
import base64
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
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
SIGNED_IN, NOBODY = "operator", ""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page, as it looks to somebody. `path` may begin with `>`: then it is the first link whose address has what follows."""

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
    Shot("cookies", "/cookies/", who=NOBODY),
    Shot("sign-in", "/accounts/login/", who=NOBODY),
    Shot("sign-in-phone-dark", "/accounts/login/", size=PHONE, scheme="dark", who=NOBODY),
    Shot("account", "/accounts/second-factor/"),
)


@contextlib.contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A demo shop of our own, as long as the block runs: its address, and the name and password of its operator."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        address = f"http://localhost:{port}"
        environment = {**os.environ, "PASSAPAROLA_DATA": data, "PASSAPAROLA_PUBLIC_URL": address}
        program = Path(sys.executable).with_name("passaparola")
        server = subprocess.Popen(  # noqa: S603
            [program, "up", "--demo", "--port", str(port)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )  # fmt: skip
        try:
            assert server.stdout is not None  # noqa: S101
            told = _told(server.stdout)
            _wait_for(port)
            site = ("--name", "Shop", "--publishable", "--origin", "https://shop.example.com")
            subprocess.run([program, "apikey", "create", *site], env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
            yield address, told
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int) -> None:
    """Until it answers."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the demo did not answer")


def _told(lines: Iterable[str]) -> str:
    """`name:password`, from what `up --demo` prints."""
    who = ""
    for line in lines:
        found = re.search(r"Sign in as (\S+) with the password (\S+)", line)
        who = f"{found[1]}:{found[2]}" if found else who
        if " is at http" in line:
            return who
    raise SystemExit("the demo did not start")


def take(shots: tuple[Shot, ...], address: str, who: str, place: Path) -> None:
    """Take them, each as WebP."""
    place.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=list(CHROMIUM))
        kept = _signed_in(browser, address, who)
        for shot in shots:
            context = _context(browser, shot, kept)
            page = context.new_page()
            _go(page, address, shot.path)
            (place / f"{shot.name}.webp").write_bytes(_webp(context, page))
            context.close()
            print(shot.name, flush=True)  # noqa: T201
        browser.close()


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
    if shot.who:
        context.add_cookies(kept)  # type: ignore[arg-type]
    return context


def _go(page: Page, address: str, path: str) -> None:
    first, *links = path.split(" >")
    page.goto(address + first)
    for link in links:
        page.goto(address + str(page.locator(f'main a[href*="{link}"]').first.get_attribute("href")))
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
        take(shots, given.at, given.who, given.to)
    else:
        with demo() as (address, who):
            take(shots, address, who, given.to)
    size = sum(path.stat().st_size for path in given.to.glob("*.webp"))
    if size > MOST_BYTES:
        raise SystemExit(f"{given.to} holds {size} bytes, more than {MOST_BYTES}: take fewer or smaller ones")


if __name__ == "__main__":
    main()
