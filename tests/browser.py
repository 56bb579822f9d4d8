"""A real browser before the whole application, and what every page must be: quiet, ours alone, readable by everybody.

`site`    the application, served on a free port from this process, on the test's database
`window`  a window of Chromium before it: `window.open("/")`, `window.page` is Playwright's page, `window.assert_sound()`

Each window notes what goes wrong in it: an error in the console, a broken rule of the content security policy, a request to
another origin, an answer of 500.
"""

import contextlib
import importlib.resources
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Response, expect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")
Scheme = Literal["light", "dark"]
PATIENCE = 60_000  # milliseconds
WIDE, TABLET, PHONE = (1440, 900), (768, 1024), (360, 740)
Looks = tuple[tuple[tuple[int, int], Scheme], ...]
LOOKS: Looks = ((WIDE, "light"), (PHONE, "dark"))
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations']})"


def installed_chromium() -> str:
    """Where the browser is. The tests need one: `apt-get install chromium`."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, f"no browser is installed: none of {', '.join(NAMES)}"
    return found


def launched(playwright: Playwright) -> Browser:
    """The browser. Playwright keeps an event loop in this thread, which Django would take for asynchronous code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    return playwright.chromium.launch(executable_path=installed_chromium(), args=list(OPTIONS))


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The whole WSGI application on a free port of this process, as long as the block runs; its address."""
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    from passaparola.config.wsgi import application

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.0"  # no connection outlives its answer, so that the end need not wait for one

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    class Site(ThreadedWSGIServer):
        daemon_threads = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """The browser went away: its business."""

    server = Site(("127.0.0.1", 0), Quiet)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Window:
    """One window with its own cookies. `troubles` is what went wrong in it so far."""

    page: Page
    origin: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> "Window":
        self.page.add_init_script(REPORT_VIOLATIONS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("response", self._answered)
        return self

    def open(self, path: str) -> Response:
        """Go to a path of the site."""
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        return answer

    @property
    def path(self) -> str:
        """Where the window is, without the query."""
        return urlsplit(self.page.url).path

    @property
    def text(self) -> str:
        """What a person reads."""
        return self.page.locator("body").inner_text()

    def press(self, name: str) -> None:
        """The button or link of this name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        (button if button.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()

    def tab_to(self, selector: str, most: int = 40) -> None:
        """With the keyboard alone: on from the element that has the focus, until it is this one."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"{self.path}: no {selector} within {most} steps of the keyboard")

    def picture(self, path: Path, *, size: tuple[int, int] = WIDE, scheme: Scheme = "light") -> None:
        """The whole page as a PNG, for looking at it."""
        self._dress(size, scheme)
        self.page.screenshot(path=path, full_page=True)

    def assert_sound(self, looks: Looks = LOOKS) -> None:
        """The page shown now, wide and light, then dark on a phone: nothing went wrong, nothing scrolls sideways, axe is content. Who
        looks at many pages turns `looks` round at every second one, and each begins as the last one ended."""
        assert not self.troubles, self.troubles
        for size, scheme in looks:
            if size == looks[-1][0]:
                self._dress(TABLET, "light")
                self._assert_no_wider()
            self._dress(size, scheme)
            self._assert_no_wider()
            found = violations(self.page)
            assert not found, f"{self.path}, {size[0]} pixels, {scheme}: " + "\n".join(found)
        assert not self.troubles, self.troubles

    def _assert_no_wider(self) -> None:
        wide = self.page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], f"{self.path} is {wide[0]} pixels wide in a window of {wide[1]}"

    def _dress(self, size: tuple[int, int], scheme: Scheme) -> None:
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    def _said(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {message.text}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.origin + "/", "data:", "blob:")):
            self.troubles.append(f"asked elsewhere: {url}")

    def _answered(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not document):
            self.troubles.append(f"{response.status}: {response.url}")


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page shown now: rule, element, what to do."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(
            importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        )
    report = page.evaluate(RUN_AXE)
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'][:300]})"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]


@contextlib.contextmanager
def windowed(browser: Browser, origin: str, **options: Any) -> Iterator[Window]:
    """A window with cookies of its own. Options are Playwright's: `locale="ar"`, `java_script_enabled=False`."""
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, **options)
    context.set_default_timeout(PATIENCE)
    try:
        yield Window(context.new_page(), origin).watch()
    finally:
        context.close()
