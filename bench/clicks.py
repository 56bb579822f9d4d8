"""Clicks on the advocates' links, by wrk: ours, recorded and durable, and the limit, a constant redirect by granian and Starlette."""

import contextlib
import http.client
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ground
from bench.serving import wait_until_it_answers
from passaparola.store.ids import new_code, new_id, new_slug
from passaparola.store.session import Session, writing
from tests.ports import free_port

CONNECTIONS = 64
LINKS = 100_000
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
MACHINE = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
LIMIT = """
import sys
from granian.constants import Interfaces
from granian.server import Server
from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

async def constant(request):
    return RedirectResponse("/l/constant?v=v_AZrVnQxEecqYl3pJc2l0LQAGN1mJlQAAQURBNEVWRVLPk0h2dYq1T8Jw3vH0m2Xh", 302)

app = Starlette(routes=[Route("/r/{slug}", constant)])
if __name__ == "__main__":
    Server("limit:app", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGI, workers=1, websockets=False).serve()
"""
# One request in ten is a machine's, three in ten come from browsers that do not say what they load, the others navigate.
SCRIPT = """
local slugs, heads, n = {{}}, {{}}, {seed}
for slug in io.lines("{slugs}") do slugs[#slugs + 1] = slug end
local navigates = "Sec-Fetch-Site: none\\r\\nSec-Fetch-Mode: navigate\\r\\nSec-Fetch-User: ?1\\r\\nSec-Fetch-Dest: document\\r\\n"
local accepts = "Accept: text/html,application/xhtml+xml\\r\\nAccept-Language: en\\r\\nAccept-Encoding: gzip, deflate, br\\r\\n"
for k = 0, 9 do
  local name = k == 0 and "{machine}" or "{browser}"
  heads[k] = "\\r\\nUser-Agent: " .. name .. "\\r\\n" .. accepts .. (k > 3 and navigates or "") .. "\\r\\n"
end
function request()
  n = (n * 1103515245 + 12345) % 2147483648
  return "GET /r/" .. slugs[n % #slugs + 1] .. "?c=whatsapp HTTP/1.1\\r\\nHost: 127.0.0.1" .. heads[math.floor(n / 65536) % 10]
end
{delay}
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""
DELAY = "function delay() return math.random(0, {most}) end"


@dataclass(frozen=True, slots=True)
class Clicks:
    """Redirects answered, a second, and the 99th percentile in ms."""

    answered: int
    rate: float
    p99: float


def open_links(links: int = LINKS, *, batch: int = 5_000) -> tuple[str, Path]:
    """A workspace with a program and so many advocates with a link each. Its id, and a file with the slugs."""
    workspace = ground.open_shop(0)
    slugs = [new_slug() for _ in range(links)]
    at = ground.now()
    for first in range(0, links, batch):
        with writing() as session:
            program = session.rows("SELECT id FROM store_program")[0][0]
            people = [new_id() for _ in slugs[first : first + batch]]
            session.insert("store_person", ("id", "workspace_id", "name", "alias_of_id", "revision", "created_at"),
                [(person, workspace, "", None, 0, at) for person in people])  # fmt: skip
            session.insert("store_advocate", ("id", "workspace_id", "program_id", "person_id", "status", "joined_at"),
                [(new_id(), workspace, program, person, "active", at) for person in people])  # fmt: skip
            session.insert(
                "store_sharelink",
                ("id", "workspace_id", "program_id", "person_id", "slug", "code", "label", "active", "created_at"),
                [
                    (new_id(), workspace, program, person, slug, new_code(), "", True, at)
                    for person, slug in zip(people, slugs[first : first + batch], strict=True)
                ],
            )
    path = ground.FOLDER / f"slugs-{workspace}"
    path.write_text("\n".join(slugs))
    return workspace, path


def click(port: int, slugs: Path, *, seconds: float, a_second: float | None = None, seed: int = 1) -> Clicks:
    """Click on links at random until the time is over: as fast as it goes, or about so many times a second. Raises RuntimeError."""
    delay = "" if a_second is None else DELAY.format(most=round(2 * 1000 * CONNECTIONS / a_second))
    script = ground.FOLDER / "clicks.lua"
    script.write_text(SCRIPT.format(slugs=slugs, machine=MACHINE, browser=BROWSER, delay=delay, seed=seed))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(script),
        f"http://127.0.0.1:{port}"]  # fmt: skip
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"result (\d+) (\d+) (\d+) (\d+) (\d+)", finished.stdout)
    if not found:
        raise RuntimeError(f"wrk failed: {finished.stdout}\n{finished.stderr}")
    requests, micros, p99, wrong, broken = map(int, found.groups())
    if wrong or broken:
        raise RuntimeError(f"{wrong} answers were no redirect, {broken} requests broke")
    return Clicks(requests, requests / (micros / 1e6), p99 / 1000)


def wait_until_known(port: int, slugs: Path, seconds: float = 60) -> None:
    """Wait until the server has read the links: one that it knows is answered at once. Clicks once."""
    slug, deadline = slugs.read_text().split()[0], time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("GET", f"/r/{slug}", headers={"User-Agent": BROWSER})
        status = line.getresponse().status
        line.close()
        if status == 302:
            time.sleep(2)  # the oldest links are read last
            return
        time.sleep(0.1)
    raise RuntimeError("the links are not known")


@contextlib.contextmanager
def constant_redirect() -> Iterator[int]:
    """The limit: a server that answers every request alike. Its port."""
    port = free_port()
    (ground.FOLDER / "limit.py").write_text(LIMIT)
    server = subprocess.Popen([sys.executable, "limit.py", str(port)], cwd=ground.FOLDER, start_new_session=True)
    try:
        wait_until_it_answers(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=40)


def count_visits() -> dict[str, int]:
    """Rows by kind."""
    return {kind: int(n) for kind, n in Session().rows("SELECT kind, COUNT(*) FROM store_visit GROUP BY kind")}


def check_visits(answered: int, in_flight: int) -> None:
    """Every answered click is a row, and no other is one but those that were not answered when the time was over. Raises RuntimeError."""
    found = count_visits()
    rows = sum(found.values())
    if not answered <= rows <= answered + in_flight:
        raise RuntimeError(f"{answered} clicks were answered, and {rows} are stored")
    shares = {kind: n / rows for kind, n in found.items()}
    if not (0.09 < shares.get("machine", 0) < 0.11 and 0.29 < shares.get("unconfirmed", 0) < 0.31):
        raise RuntimeError(f"machines and people were not told apart: {found}")
