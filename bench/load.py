"""The load: purchases of friends f<first> … f<last>, each once, over keep-alive connections, by wrk or by ourselves."""

import asyncio
import json
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.serving import Running

SINGLES, LISTS = 64, 16  # connections, with one event a request and with many
SCRIPT = """
local n, last, size = {first}, {last}, {size}
local head = "POST /api/v1/events HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nAuthorization: Bearer {key}\\r\\n"
  .. "Content-Type: application/json\\r\\nContent-Length: "
local function event()
  local text = '{{"id":"o' .. n .. '","type":"purchase","person":"f' .. n .. '","amount_minor":4144,"currency":"USD"}}'
  n = n + 1
  return text
end
function request()
  if n + size - 1 > last then wrk.thread:stop() end
  local body = event()
  if size > 1 then
    local parts = {{body}}
    for k = 2, size do parts[k] = event() end
    body = '[' .. table.concat(parts, ',') .. ']'
  end
  return head .. #body .. "\\r\\n\\r\\n" .. body
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a run of the load saw: events answered with success, a second, and the 99th percentile of a request in ms."""

    by: str
    events: int
    rate: float
    p99: float


def connections(size: int) -> int:
    """How many connections send requests of so many events."""
    return SINGLES if size == 1 else LISTS


def run(server: Running, *, first: int, last: int, seconds: float, size: int, folder: Path) -> Load:
    """Send until the time is over. Raises RuntimeError when any answer was no success."""
    if shutil.which("wrk"):
        return _wrk(server, first, last, seconds, size, folder)
    return asyncio.run(_own(server, first, last, seconds, size))


def _wrk(server: Running, first: int, last: int, seconds: float, size: int, folder: Path) -> Load:
    script = folder / "load.lua"
    script.write_text(SCRIPT.format(first=first, last=last, size=size, key=server.key))
    command = [
        "wrk", "-t1", f"-c{connections(size)}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", script,
        f"http://127.0.0.1:{server.port}",
    ]  # fmt: skip
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"result (\d+) (\d+) (\d+) (\d+) (\d+)", finished.stdout)
    if not found:
        raise RuntimeError(f"wrk failed: {finished.stdout}\n{finished.stderr}")
    requests, micros, p99, wrong, broken = map(int, found.groups())
    if wrong or broken:
        raise RuntimeError(f"{wrong} answers were no success, {broken} requests broke")
    return Load("wrk", requests * size, requests * size / (micros / 1e6), p99 / 1000)


async def _own(server: Running, first: int, last: int, seconds: float, size: int) -> Load:
    """The same with asyncio and bare sockets, where wrk is not installed. It takes more of the machine, so figures are lower."""
    numbers = iter(range(first, last + 1 - (size - 1), size))
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(_connection(server, numbers, size, began + seconds, times) for _ in range(connections(size)))
    )
    took = time.perf_counter() - began
    times.sort()
    return Load("our own client", len(times) * size, len(times) * size / took, times[int(len(times) * 0.99)] * 1000)


async def _connection(server: Running, numbers: "object", size: int, end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for n in numbers:  # type: ignore[attr-defined]
            asked = time.perf_counter()
            if asked > end:
                return
            writer.write(request_bytes(server, n, size))
            await _read_success(reader)
            times.append(time.perf_counter() - asked)
    finally:
        writer.close()


def request_bytes(server: Running, n: int, size: int) -> bytes:
    events = [
        {"id": f"o{k}", "type": "purchase", "person": f"f{k}", "amount_minor": 4144, "currency": "USD"}
        for k in range(n, n + size)
    ]
    body = json.dumps(events if size > 1 else events[0]).encode()
    head = (
        f"POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _read_success(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b" 200 " not in head[:20] and b" 201 " not in head[:20]:
        raise RuntimeError(f"the answer was no success: {head[:200]!r}")
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
