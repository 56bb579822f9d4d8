"""How a firm looks: branding, pictures and the texts of its pages, by the API and as browsers load them."""

import io
import struct
import zlib
from base64 import b64encode
from typing import Any

import pytest
from PIL import Image

from passaparola.actions.design.pictures import UnableToReadPicture, read_picture
from passaparola.actions.design.stylesheets import UnableToReadStyle, scoped_css
from passaparola.domain.design.choices import ROOMS, PictureUse
from tests.journeys.caller import Shop

PAGE = "/api/v1/programs/friends/page"
MOST = 8_000_000


def photo(size: tuple[int, int] = (3000, 2000), form: str = "JPEG") -> bytes:
    """A noisy picture with a place, a camera and a comment in it."""
    into, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "Secret Camera", 6  # maker; turned by a quarter
    exif.get_ifd(0x8825)[2] = (52.0, 13.0, 7.0)  # where it was taken
    noise = Image.effect_noise((size[0] // 4, size[1] // 4), 90).resize(size).convert("RGB")
    noise.save(into, form, exif=exif.tobytes(), quality=90, comment=b"Secret comment")
    return into.getvalue()


def take(shop: Shop, use: str, raw: bytes) -> Any:
    return shop.post("/api/v1/pictures", {"use": use, "data": b64encode(raw).decode()})


def test_prv_06_a_picture_is_kept_upright_small_and_without_what_the_camera_knew() -> None:
    raw = photo()
    assert b"Secret Camera" in raw
    for use in PictureUse:
        made, room = read_picture(raw, use, most_bytes=MOST), ROOMS[use]
        assert b"Secret" not in made.content
        assert b"EXIF" not in made.content
        opened = Image.open(io.BytesIO(made.content))
        assert not opened.getexif()
        assert (opened.width, opened.height) == (made.width, made.height)
        assert opened.height > opened.width, "turned upright"
        assert made.width <= room.width
        assert made.height <= room.height
        assert len(made.content) <= room.weight
    assert sum(ROOMS[use].weight for use in PictureUse if use is not PictureUse.MATERIAL) <= 100_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_an_odd_entry_of_its_camera_is_taken_and_turned(form: str) -> None:
    into, odd = io.BytesIO(), b"II*\0" + struct.pack("<IHHHIIHHIII", 8, 2, 0x0103, 4, 1, 70_000, 0x0112, 3, 1, 6, 0)
    Image.new("RGB", (90, 60)).save(into, form, exif=b"Exif\0\0" + odd)
    made = read_picture(into.getvalue(), PictureUse.HERO, most_bytes=MOST)
    assert (made.width, made.height) == (60, 90)


def bomb() -> bytes:
    """A PNG of a few hundred bytes that says it has 60,000 × 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", bomb(), photo((64, 64))[:300],
        b"%!PS-Adobe-3.0 EPSF-3.0", b"\x89PNG\r\n\x1a\n" + bytes(100), b"<html><script>alert(1)</script></html>",
    ],
)  # fmt: skip
def test_a39_what_is_no_picture_or_would_unfold_without_end_is_refused(raw: bytes) -> None:
    with pytest.raises(UnableToReadPicture):
        read_picture(raw, PictureUse.HERO, most_bytes=MOST)
    with pytest.raises(UnableToReadPicture, match="too large"):
        read_picture(photo((64, 64)), PictureUse.HERO, most_bytes=100)


@pytest.mark.parametrize(
    "css",
    [
        "@import 'https://evil.example/x.css';", "a{background:url(https://evil.example)}", "a{background:u\\72 l(https://evil.example)}",
        "a{--x:url(y)}", "a{background:image-set('x' 1x)}", "a{width:expression(alert(1))}", ".a{position:fixed}",
        "a{p\\6fsition:fixed}", ".a{position:var(--x)}", ".disclosure{display:none!important}", "@font-face{src:url(x)}",
        "a{b{color:red}}", "}body{color:red", "a{color:red;}</style><script>", "+ a{color:red}", "@media x{@import 'y'}", "a{behavior:x}",
        "a{color:red}\0", "x" * 20_001, "a{width:" + "(" * 9000, "@media all{" * 1500,
        ".bottom{display:none}", "h1, .disclosure p{font-size:0}", "body::after{content:''}", "main ~ footer{color:red}",
    ],
)  # fmt: skip
def test_a39_a_style_sheet_cannot_break_out_of_the_page(css: str) -> None:
    with pytest.raises(UnableToReadStyle):
        scoped_css(css)


def test_a_style_sheet_holds_inside_the_page_only() -> None:
    assert "linear-gradient(90deg, red, blue)" in scoped_css("h1 { background: linear-gradient(90deg, red, blue) }")
    given = "h1, .card > p { color: rgb(1 2 3) } /* x */\n@media (max-width: 40rem) { body { margin: 0 } }"
    assert scoped_css(given) == (
        ".themed h1, .themed .card > p { color: rgb(1 2 3); }\n@media (max-width: 40rem) {\n.themed { margin: 0; }\n}"
    )


def test_branding_is_changed_and_served_at_an_address_that_changes_with_it(shop: Shop) -> None:
    plain = shop.get("/api/v1/branding").json
    assert (plain["accent"], plain["typeface"], plain["logo"]) == ("#0f766e", "sans", "")
    logo = take(shop, "logo", photo((600, 300), "WEBP"))
    assert (logo.status, logo.json["content_type"]) == (201, "image/webp")
    assert take(shop, "logo", photo((600, 300), "WEBP")).json["address"].endswith(".webp")
    given = {"accent": "#1D4ED8", "corners": "round", "logo": logo.json["digest"], "custom_css": "h1 { color: green }"}
    changed = shop.call("PATCH", "/api/v1/branding", given)
    assert changed.status == 200, changed.body
    assert changed.json["theme"] != plain["theme"]

    sheet = shop.get(changed.json["theme"], key="")
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert sheet.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert b"--accent:#1d4ed8" in sheet.body
    assert b"\n.themed h1 { color: green; }\n" in sheet.body
    old = shop.get(plain["theme"], key="")
    assert (old.body, old.headers["cache-control"]) == (sheet.body, "no-store")
    picture = shop.get(logo.json["address"], key="")
    assert (picture.status, picture.headers["x-content-type-options"]) == (200, "nosniff")
    assert len(picture.body) == logo.json["bytes"]
    for missing in (
        logo.json["address"].replace("webp", "png"),
        "/media/other/" + "0" * 64 + ".webp",
        "/media/x/../y.webp",
    ):
        assert shop.get(missing, key="").status == 404

    refused = shop.call("PATCH", "/api/v1/branding", {"accent": "#ffd400"})
    assert (refused.status, refused.problem, refused.json["suggested"]) == (422, "contrast_too_low", "#856e08")
    for field, wrong in (("accent", "teal"), ("logo", "0" * 64), ("custom_css", "a{}\nb{color:url(x)}")):
        refused = shop.call("PATCH", "/api/v1/branding", {field: wrong})
        assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_branding", field)
    assert refused.json["line"] == 2
    assert shop.get("/api/v1/branding").json == changed.json


def test_a_block_of_a_page_is_written_and_removed(shop: Shop) -> None:
    hero = take(shop, "hero", photo((400, 300))).json["digest"]
    large = take(shop, "material", photo((1600, 1200))).json["digest"]
    said = shop.call("PUT", f"{PAGE}/en/hero", {"content": {"picture": hero, "alt": "Our oven"}})
    assert (said.status, said.json["content"]) == (200, {"picture": hero, "alt": "Our oven"})
    for block, content, field in (
        ("hero", {"picture": "0" * 64}, "picture"),
        ("video", {"address": "https://youtu.be/dQw4w9WgXcQ", "poster": large}, "picture"),
        ("product", {"name": "Bread", "link": "ftp://x"}, "link"),
        ("message", {}, "words"),
    ):
        refused = shop.call("PUT", f"{PAGE}/en/{block}", {"content": content})
        assert (refused.status, refused.problem, refused.json["field"]) == (422, "invalid_page", field)
    assert shop.call("PUT", f"{PAGE.replace('friends', 'nobody')}/en/hero", {"content": {}}).status == 404
    assert [(b["language"], b["block"]) for b in shop.get(PAGE).json["blocks"]] == [("en", "hero")]
    assert shop.call("DELETE", f"{PAGE}/en/hero").json == {"removed": True}
    assert shop.call("DELETE", f"{PAGE}/en/hero").json == {"removed": False}
    assert shop.get(PAGE).json == {"program": "friends", "blocks": [], "opened": 0, "taken": 0, "plays": 0}
