"""Files for browsers: kept for good under the name of what is in them, sent compressed, ours or with their licence beside them."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.test import Client

import passaparola
from tests.databases import Database, only_sqlite

VENDOR = Path(passaparola.__path__[0]) / "inbound" / "static" / "vendor"


@only_sqlite
def test_a_file_has_the_hash_of_its_content_in_its_name_and_is_kept_for_good(database: Database) -> None:
    address = static("vendor/tabler/tabler.min.css")
    assert re.fullmatch(r"/static/vendor/tabler/tabler\.min\.[0-9a-f]{12}\.css", address)
    client = Client(headers={"host": "localhost"})
    for where, kept in ((address, True), ("/static/vendor/tabler/tabler.min.css", False)):
        answer = client.get(where, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert ("immutable" in answer.headers["Cache-Control"]) is kept
        assert answer.headers["Content-Encoding"] == "gzip"
        assert int(answer.headers["Content-Length"]) < 90_000
        answer.close()
    assert client.get(address.replace(".css", "0.css")).status_code == 404


def test_a_file_that_is_not_there_keeps_its_name() -> None:
    assert static("no/such.css") == "/static/no/such.css"
    assert finders.find("no/such.css") is None


def test_what_others_wrote_has_its_licence_and_is_compressed_as_it_is() -> None:
    folders = [place for place in VENDOR.iterdir() if place.is_dir()]
    assert len(folders) >= 2
    for place in folders:
        assert (place / "LICENSE").stat().st_size > 500, place
        for path in place.iterdir():
            if path.suffix in (".css", ".js", ".svg"):
                assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes(), path
                assert "@import" not in path.read_text(encoding="utf-8"), path
