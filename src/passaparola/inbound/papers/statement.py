"""A person's statement on paper: what there is now, every reward with its state, and what was earned and paid in money."""

from collections.abc import Sequence

from passaparola.domain.values import value
from passaparola.inbound.papers.paper import HEIGHT, QUIET, WIDTH, Paper, mm

EDGE, TOP, BOTTOM = 20 * mm, HEIGHT - 24 * mm, 20 * mm
ROOM = WIDTH - 2 * EDGE
_DAY, _STATE = 32 * mm, 36 * mm


@value(frozen=True, slots=True)
class Row:
    """One line: when, what, how it stands, and a remark below; all in words."""

    day: str
    what: str
    state: str
    remark: str = ""


@value(frozen=True, slots=True)
class Section:
    """A heading with its lines, and what is said where there are none."""

    heading: str
    rows: Sequence[Row]
    empty: str = ""


@value(frozen=True, slots=True)
class Sheet:
    """The whole statement, in the language in which it is printed."""

    firm: str
    firm_address: str
    title: str
    person: str
    on: str
    sums: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    page: str  # with a place for `%(n)s`
    accent: str
    on_accent: str


def statement_pdf(sheet: Sheet, *, language: str, rtl: bool) -> bytes:
    """As many pages as it takes."""
    return _Drawing(sheet, Paper(title=sheet.title, author=sheet.firm, language=language, rtl=rtl)).run()


class _Drawing:
    def __init__(self, sheet: Sheet, paper: Paper) -> None:
        self.sheet, self.paper, self.y, self.number = sheet, paper, TOP, 1

    def run(self) -> bytes:
        self._head()
        for section in self.sheet.sections:
            self._section(section)
        self._foot()
        return self.paper.done()

    def _head(self) -> None:
        sheet, paper = self.sheet, self.paper
        paper.box((EDGE, self.y - 3 * mm), (10 * mm, 10 * mm), sheet.accent, round_by=2.5 * mm)
        letter = sheet.firm[:1].upper()
        half = paper.width(letter, 14, strong=True) / 2
        paper.write((EDGE + 5 * mm - half, self.y + 0.3 * mm), letter, 14, ink=sheet.on_accent, strong=True)
        name = paper.fitting(sheet.firm, 13, ROOM - 15 * mm, strong=True)
        paper.write((EDGE + 13 * mm, self.y + 0.4 * mm), name, 13, strong=True)
        self.y -= 18 * mm
        paper.write((EDGE, self.y), sheet.title, 20, strong=True)
        self.y -= 7 * mm
        who = " · ".join(part for part in (sheet.person, sheet.on) if part)
        paper.write((EDGE, self.y), paper.fitting(who, 10, ROOM), 10, ink=QUIET)
        self.y -= 11 * mm
        for name, amount in sheet.sums:
            self._need(7 * mm)
            paper.write((EDGE, self.y), name, 10, ink=QUIET)
            paper.write((EDGE + ROOM, self.y), amount, 12, strong=True, end=True)
            self.y -= 7 * mm

    def _section(self, section: Section) -> None:
        self._need(24 * mm)
        self.y -= 6 * mm
        self.paper.write((EDGE, self.y), section.heading, 13, strong=True)
        self.y -= 4 * mm
        self.paper.rule(EDGE, self.y, ROOM)
        self.y -= 6 * mm
        if not section.rows:
            self.paper.write((EDGE, self.y), section.empty, 10, ink=QUIET)
            self.y -= 6 * mm
        for row in section.rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        paper, middle = self.paper, ROOM - _DAY - _STATE - 4 * mm
        what = paper.wrapped(row.what, 10, middle)[:3]
        remark = paper.wrapped(row.remark, 8, middle)[:3]
        self._need(len(what) * 5 * mm + len(remark) * 4 * mm + 3 * mm)
        paper.write((EDGE, self.y), paper.fitting(row.day, 9, _DAY - 2 * mm), 9, ink=QUIET)
        paper.write((EDGE + ROOM, self.y), paper.fitting(row.state, 9.5, _STATE), 9.5, strong=True, end=True)
        for line in what:
            paper.write((EDGE + _DAY, self.y), line, 10)
            self.y -= 5 * mm
        for line in remark:
            paper.write((EDGE + _DAY, self.y), line, 8, ink=QUIET)
            self.y -= 4 * mm
        paper.rule(EDGE, self.y + 1.6 * mm, ROOM)
        self.y -= 3 * mm

    def _need(self, height: float) -> None:
        """Go on on another page where this one is full."""
        if self.y - height < BOTTOM:
            self._foot()
            self.paper.next_page()
            self.y, self.number = TOP, self.number + 1

    def _foot(self) -> None:
        low = BOTTOM - 8 * mm
        address = self.paper.fitting(self.sheet.firm_address, 8, ROOM - 30 * mm)
        self.paper.write((EDGE, low), address, 8, ink=QUIET)
        self.paper.write((EDGE + ROOM, low), self.sheet.page % {"n": self.number}, 8, ink=QUIET, end=True)
