"""Cards to give away: ten on a sheet of A4, to be cut out, each with what a friend gets, the link as a QR code, and the code to say."""

from passaparola.domain.values import value
from passaparola.inbound.papers.paper import HEIGHT, INK, QUIET, WIDTH, Paper, mm

ACROSS, DOWN = 2, 5
CARD = (85 * mm, 54 * mm)
_EDGE = ((WIDTH - ACROSS * CARD[0]) / 2, (HEIGHT - DOWN * CARD[1]) / 2)
_PAD, _QR = 5 * mm, 28 * mm


@value(frozen=True, slots=True)
class Card:
    """What a card says, in the language in which it is printed. `address` is behind the QR code, `shown` is it as a person types it."""

    firm: str
    headline: str
    from_whom: str
    code_is: str
    code: str
    address: str
    shown: str
    disclosure: str
    accent: str


def cards_pdf(card: Card, *, title: str, language: str, rtl: bool) -> bytes:
    """A sheet of the same card."""
    paper = Paper(title=title, author=card.firm, language=language, rtl=rtl)
    for row in range(DOWN):
        for column in range(ACROSS):
            _draw(paper, (_EDGE[0] + column * CARD[0], _EDGE[1] + row * CARD[1]), card)
    return paper.done()


def _draw(paper: Paper, at: tuple[float, float], card: Card) -> None:
    x, y = at
    room = CARD[0] - 3 * _PAD - _QR
    paper.box((x, y + CARD[1] - 2 * mm), (CARD[0], 2 * mm), card.accent)
    paper.frame(at, CARD)
    top = y + CARD[1] - 9 * mm
    paper.write((x + _PAD, top), paper.fitting(card.firm, 10, room, strong=True), 10, strong=True)
    if card.from_whom:
        paper.write((x + _PAD, top - 5 * mm), paper.fitting(card.from_whom, 7, room), 7, ink=QUIET)
    for number, line in enumerate(paper.wrapped(card.headline, 9, room)[:4]):
        paper.write((x + _PAD, top - 11 * mm - number * 4.2 * mm), line, 9)
    paper.code((x + CARD[0] - _PAD - _QR + 2 * mm, y + CARD[1] - 4 * mm - _QR), _QR, card.address)
    paper.write((x + _PAD, y + 13.5 * mm), card.code_is, 6.5, ink=QUIET)
    size = 13.0
    while size > 8 and paper.width(card.code, size, strong=True) > CARD[0] - 2 * _PAD:
        size -= 0.5
    paper.write((x + _PAD, y + 8.6 * mm), card.code, size, ink=INK, strong=True)
    at_end = (x + CARD[0] - _PAD, y + 13.5 * mm)
    paper.write(at_end, paper.fitting(card.shown, 6.5, CARD[0] / 2 - _PAD), 6.5, ink=QUIET, end=True)
    for number, line in enumerate(reversed(paper.wrapped(card.disclosure, 5, CARD[0] - 2 * _PAD)[:2])):
        paper.write((x + _PAD, y + 3 * mm + number * 2.2 * mm), line, 5, ink=QUIET)
