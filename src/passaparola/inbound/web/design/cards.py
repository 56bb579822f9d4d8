"""A picture of the firm's with an advocate's link beneath it: as a picture to send, or as a page to print."""

from io import BytesIO

import segno
from PIL import Image, ImageDraw

from passaparola.domain.values import value
from passaparola.inbound.web.design.drawing import Font, font_of

WIDTH, EDGE, CODE = 1080, 48, 260
TALLEST = 2 * WIDTH  # of the picture: one that is a narrow strip is not drawn as large as memory
DOTS_PER_INCH = 200


@value(frozen=True, slots=True)
class Card:
    """What stands on it. `shown` is the link as it is read, `address` as it is scanned."""

    picture: bytes
    address: str
    shown: str
    code: str


def drawn_card(card: Card, form: str) -> bytes:
    """The card as `png`, or as `pdf` of one page that fits it."""
    picture = Image.open(BytesIO(card.picture)).convert("RGBA")
    larger = min(WIDTH / picture.width, TALLEST / picture.height)
    width, height = (max(1, round(side * larger)) for side in picture.size)
    sheet = Image.new("RGB", (WIDTH, height + CODE + 2 * EDGE), "#ffffff")
    scaled = picture.resize((width, height), Image.Resampling.LANCZOS)
    sheet.paste(scaled, ((WIDTH - width) // 2, 0), scaled)
    square = _square(card.address)
    sheet.paste(square, (EDGE, height + EDGE))
    brush, start = ImageDraw.Draw(sheet), 2 * EDGE + square.width
    middle = height + EDGE + square.height // 2
    room = WIDTH - start - EDGE
    brush.text((start, middle - 16), card.code, font=_fitting(card.code, 72, room), fill="#14211f", anchor="ls")
    brush.text((start, middle + 32), card.shown, font=_fitting(card.shown, 34, room), fill="#40514d", anchor="lt")
    into = BytesIO()
    if form == "pdf":
        sheet.save(into, "PDF", resolution=DOTS_PER_INCH)
    else:
        sheet.save(into, "PNG", optimize=True)
    return into.getvalue()


def _square(address: str) -> Image.Image:
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="png", scale=8, border=0)
    return Image.open(out).convert("RGB").resize((CODE, CODE), Image.Resampling.NEAREST)


def _fitting(text: str, size: int, room: int) -> Font:
    """The font in which a line fits."""
    while size > 12 and font_of(False, size, True).getlength(text) > room:
        size -= 2
    return font_of(False, size, True)
