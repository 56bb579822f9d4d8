"""Brings what others wrote for browsers into `inbound/static/vendor`: `make vendor`. It needs npm and the network; nothing else does.

Each package is fetched at its pinned version. Links to source maps go, a `.gz` comes beside each file for browsers to be sent, and of
the icons only those in ICONS are kept, as one sprite: add a name, run `make vendor`, write `{% icon "name" %}`.
"""

import gzip
import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "src" / "passaparola" / "inbound" / "static" / "vendor"
# package, folder, (file in the package, its name here)
PACKAGES: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "@tabler/core@1.6.1",
        "tabler",
        (("dist/css/tabler.min.css", "tabler.min.css"), ("dist/css/tabler.rtl.min.css", "tabler.rtl.min.css")),
    ),
    ("chart.js@4.6.1", "chart", (("dist/chart.umd.min.js", "chart.min.js"), ("LICENSE.md", "LICENSE"))),
)
ICON_PACKAGE = "@tabler/icons@3.52.0"
AUTHORS = (
    "Copyright (c) 2018-2026 The Tabler Authors, codecalm.net Paweł Kuna (stylesheets)"  # their package holds no file
)
ICONS = (
    *("activity", "adjustments", "affiliate", "alert-circle", "alert-triangle", "api", "arrow-back-up", "arrow-left"),
    *("arrow-right", "bell", "book", "brush", "bulb", "calculator", "calendar", "cash", "chart-bar", "chart-line"),
    *("check", "chevron-down", "chevron-left", "chevron-right", "circle-check", "circle-x", "clipboard", "clock"),
    *("code", "coins", "copy", "device-desktop", "dots", "download", "edit", "external-link", "eye", "file-text"),
    *("filter", "flask", "gift", "headset", "help", "history", "home", "info-circle", "key", "language", "layout-grid"),
    *("link", "list", "lock", "logout", "mail", "menu-2", "message", "moon", "palette", "photo", "player-pause"),
    *(
        "player-play",
        "plus",
        "printer",
        "qrcode",
        "receipt",
        "refresh",
        "rocket",
        "scale",
        "search",
        "send",
        "settings",
    ),
    *("share", "shield-check", "shield-lock", "speakerphone", "star", "sun", "target", "template", "ticket", "trash"),
    *("trending-up", "trophy", "upload", "user", "user-check", "user-plus", "users", "webhook", "world", "x"),
)


def bring() -> None:
    """Fetch everything anew and write it where it is served from."""
    with tempfile.TemporaryDirectory() as scratch:
        for package, folder, files in PACKAGES:
            place = VENDOR / folder
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            opened = _fetched(package, Path(scratch))
            for source, name in files:
                (place / name).write_text(_plain((opened / source).read_text(encoding="utf-8")), encoding="utf-8")
        icons = _fetched(ICON_PACKAGE, Path(scratch))
        licence = (icons / "LICENSE").read_text(encoding="utf-8").replace("Copyright", f"{AUTHORS}\nCopyright", 1)
        (VENDOR / "tabler" / "LICENSE").write_text(licence, encoding="utf-8")
        (VENDOR / "tabler" / "icons.svg").write_text(_sprite(icons / "icons" / "outline"), encoding="utf-8")
    for path in sorted(VENDOR.rglob("*")):
        if path.suffix in (".css", ".js", ".svg"):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def _fetched(package: str, scratch: Path) -> Path:
    """The package, opened."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed: https://nodejs.org")
    said = subprocess.run([npm, "pack", "--silent", package], cwd=scratch, check=True, capture_output=True, text=True)  # noqa: S603
    archive = scratch / said.stdout.split()[-1]
    place = archive.with_suffix("")
    with tarfile.open(archive) as file:
        file.extractall(place, filter="data")
    return place / "package"


def _plain(text: str) -> str:
    """Without the link to a source map, which nobody serves."""
    return re.sub(r"\s*(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$", "\n", text)


def _sprite(folder: Path) -> str:
    """One file with a symbol for each icon."""
    symbols = []
    for name in sorted(ICONS):
        drawn = (folder / f"{name}.svg").read_text(encoding="utf-8")
        paths = "".join(part for part in re.findall(r"<path[^>]*/>", drawn) if 'd="M0 0h24v24H0z"' not in part)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>\n')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


if __name__ == "__main__":
    bring()
