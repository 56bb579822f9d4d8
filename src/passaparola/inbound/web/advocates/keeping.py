"""What an advocate keeps or prints: the statement as PDF and as a table, and cards with the link and the code."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, get_language_bidi, gettext
from django.views.decorators.http import require_safe

from passaparola.actions.joining.show import programs_shown
from passaparola.analytics.owing import Statement, StatementLine, statement
from passaparola.domain.cells import csv_text
from passaparola.domain.design.theme import palettes
from passaparola.domain.instant import iso
from passaparola.domain.money import decimal_text
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.offer import offer_of
from passaparola.domain.units import is_currency
from passaparola.inbound.papers.cards import Card, cards_pdf
from passaparola.inbound.papers.statement import Row, Section, Sheet, statement_pdf
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.sharing import link_address
from passaparola.inbound.statement_files import statement_csv
from passaparola.inbound.today import day_of, now_in
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.answers import HEADERS, QUIET, missing
from passaparola.inbound.web.advocates.portal import credit_of, item_of, own_link, subject_of
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.words import day_text, reward_said
from passaparola.store.read.offers import firm_of
from passaparola.store.read.portal import RewardRow, rewards_of
from passaparola.store.read.snapshot import reading

MOST = 2000  # rewards on one statement; who has more has a shop that can make an export
CARD_CHANNEL = "card"
_HEADS = ("at", "program", "side", "kind", "unit", "amount", "taken_back", "used", "state", "reason", "valid_until")


@require_safe
@portal_page
def statement_table(request: HttpRequest, who: Visitor) -> HttpResponse:  # noqa: ARG001  the same whatever is asked
    """Every reward as a line of a table."""
    rows, programs = _rewards(who), programs_shown(who.workspace)
    lines = [_line(row, programs[row.program].slug if row.program in programs else "") for row in rows]
    return _file(csv_text(_HEADS, lines).encode(), "text/csv; charset=utf-8", "rewards.csv")


@require_safe
@portal_page
def money_table(request: HttpRequest, who: Visitor) -> HttpResponse:
    """What is paid in money, with the wages or as commission: each move, as the shop's own books have it."""
    said = _owed(who)
    if not said:
        return missing(request)
    return _file(statement_csv(said).encode(), "text/csv; charset=utf-8", "statement.csv")


@require_safe
@portal_page
def statement_paper(request: HttpRequest, who: Visitor) -> HttpResponse:  # noqa: ARG001  the same whatever is asked
    """The statement, to be kept or printed."""
    with reading() as session:
        firm = firm_of(session, who.workspace)
    light, _ = palettes(firm.look.accent)
    sheet = Sheet(
        firm=firm.name,
        firm_address=" · ".join(part for part in (firm.name, firm.postal_address.replace("\n", ", ")) if part),
        title=gettext("Your statement"),
        person=who.name,
        on=gettext("as of %(day)s") % {"day": day_text(now_in(who.workspace))},
        sums=[(gettext("Your credit"), sum_["available"]) for sum_ in credit_of(who)],
        sections=_sections(who),
        page=gettext("Page %(n)s"),
        accent=light.accent,
        on_accent=light.on_accent,
    )
    language = (get_language() or "en").partition("-")[0]
    paper = statement_pdf(sheet, language=language, rtl=bool(get_language_bidi()))
    return _file(paper, "application/pdf", "statement.pdf")


def _sections(who: Visitor) -> list[Section]:
    programs = programs_of(who.workspace)
    rows = [_row(reward_said(row, item_of(row, programs), subject_of(row, programs)), row) for row in _rewards(who)]
    sections = [Section(gettext("Your rewards"), rows, gettext("Nothing yet."))]
    return [*sections, *(_owed_section(said) for said in _owed(who))]


def _row(said: dict[str, Any], row: RewardRow) -> Row:
    remark = " ".join(part for part in (said["why"], said["how"]) if part)
    return Row(day_text(row.issued_at or row.created_at), said["worth"], said["state"], remark)


def _owed_section(said: Statement) -> Section:
    tongue = the_tongue()
    heading = gettext("In money, %(unit)s: %(amount)s to come") % {
        "unit": said.unit, "amount": tongue.money(said.closing, said.unit)
    }  # fmt: skip
    return Section(heading, [_move(line, said.unit) for line in said.lines])


def _move(line: StatementLine, unit: str) -> Row:
    words = {
        "issue": gettext("Earned"),
        "reverse": gettext("Taken back"),
        "spend": gettext("Paid"),
        "return": gettext("Payment came back"),
        "expire": gettext("Lapsed"),
    }
    return Row(day_text(line.at), words[line.what], the_tongue().money(line.amount, unit), line.reference)


def _rewards(who: Visitor) -> list[RewardRow]:
    with reading() as session:
        return rewards_of(session, who.workspace, who.group, limit=MOST)


def _owed(who: Visitor) -> tuple[Statement, ...]:
    return statement(who.workspace, who.person, begin=0, end=now_in(who.workspace) + 1) or ()


def _line(row: RewardRow, program: str) -> tuple[str, ...]:
    def amount(minor: int) -> str:
        return decimal_text(minor, row.unit) if is_currency(row.unit) else str(minor)

    until = iso(row.expires_at) if row.expires_at else ""
    sums = (amount(row.amount), amount(row.reversed), amount(row.redeemed))
    at = iso(row.issued_at or row.created_at)
    return (at, program, row.side, row.kind, row.unit, *sums, row.state, row.reason or "", until)


@require_safe
@portal_page
def cards(request: HttpRequest, who: Visitor, link: str) -> HttpResponse:
    """A sheet of ten cards with a link of theirs."""
    found = own_link(who, link)
    if found is None:
        return missing(request)
    shown, program = found
    with reading() as session:
        firm = firm_of(session, who.workspace)
    name, tongue = public_name(who.name), the_tongue()
    offer = offer_of(program, name=name, firm=firm.name, tongue=tongue, now=day_of(program, who.workspace))
    light, _ = palettes(firm.look.accent)
    card = Card(
        firm=firm.name,
        headline=offer.headline,
        from_whom=gettext("A recommendation from %(name)s") % {"name": name}
        if name
        else gettext("A recommendation from a friend"),
        code_is=gettext("Or say this code"),
        code=shown.code,
        address=link_address(shown.slug, CARD_CHANNEL),
        shown=link_address(shown.slug).partition("://")[2],
        disclosure=offer.disclosure,
        accent=light.accent,
    )
    language = (get_language() or "en").partition("-")[0]
    paper = cards_pdf(card, title=gettext("Cards to give away"), language=language, rtl=bool(get_language_bidi()))
    return _file(paper, "application/pdf", "cards.pdf")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    """A file to save or to open. `name` has plain characters only."""
    answer = HttpResponse(content, content_type=kind, headers={**HEADERS, **QUIET})
    answer.headers["Content-Disposition"] = f'{"inline" if kind.endswith("pdf") else "attachment"}; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
