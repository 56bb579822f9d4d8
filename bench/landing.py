"""A public page as a phone meets it: `python -m bench.landing http://localhost:8000/l/SLUG`.

Bytes and requests by kind, as they come over the line, and the largest contentful paint with the processor four times slower: the median
of five visits, each in a browser that has never been there. Needs an installed Chromium.
"""

import statistics
import sys
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, sync_playwright

from tests.browser import launched

VISITS, SLOWER = 5, 4
TEXT = frozenset({"Document", "Stylesheet", "Script"})
_LARGEST = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: "largest-contentful-paint", buffered: true}))"""


@dataclass(slots=True)
class Visit:
    """What one visit cost."""

    paint: float = 0.0
    requests: int = 0
    bytes: Counter[str] = field(default_factory=Counter)


def visited(browser: Browser, address: str) -> Visit:
    """One visit at a phone's size."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page, seen, kinds = context.new_page(), Visit(), {}
    line: CDPSession = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line.on("Network.responseReceived", lambda told: kinds.__setitem__(told["requestId"], told["type"]))

    def finished(told: dict[str, object]) -> None:
        seen.requests += 1
        seen.bytes[str(kinds.get(told["requestId"], "Other"))] += int(str(told["encodedDataLength"]))

    line.on(
        "Network.loadingFinished", lambda told: finished({**told, "encodedDataLength": int(told["encodedDataLength"])})
    )
    page.goto(address, wait_until="networkidle")
    seen.paint = float(page.evaluate(_LARGEST))
    context.close()
    return seen


def main(address: str) -> None:
    """Print the figures."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        visits = [visited(browser, address) for _ in range(VISITS)]
        browser.close()
    last = visits[-1]
    text = sum(last.bytes[kind] for kind in TEXT)
    print(f"HTML, CSS and script: {text:,} bytes; pictures: {last.bytes['Image']:,} bytes; {last.requests} requests")
    print(
        f"largest contentful paint, processor {SLOWER} times slower: {statistics.median(v.paint for v in visits):.0f} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1])
