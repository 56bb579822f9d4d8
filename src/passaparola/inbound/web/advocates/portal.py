"""The portal: what an advocate has to give away, how far their friends are, what they get, and what they may change."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from passaparola.actions.acting import Asked, done
from passaparola.actions.joining.show import programs_shown
from passaparola.actions.leaders.names import show_by_name, show_no_name
from passaparola.actions.messages.wishes import UNSUBSCRIBED, allow_address, suppress_address, wish_of
from passaparola.actions.people.change import rename, speak
from passaparola.actions.rewards.operate import claim
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.people.public_name import public_name
from passaparola.domain.plain_words import LONGEST_WORDS
from passaparola.domain.programs.compiled import Program, ProgramStatus, Side
from passaparola.domain.rewards.kinds import KINDS, Handover, RewardKind, gift_text
from passaparola.domain.sharing.texts import ShareText
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import day_of, now_in
from passaparola.inbound.tongue import the_tongue
from passaparola.inbound.web.advocates.answers import gone_on, missing, page, patient
from passaparola.inbound.web.advocates.choosing import choices_of
from passaparola.inbound.web.advocates.named import namings_to_answer
from passaparola.inbound.web.advocates.ranking import public_naming, ranks_of
from passaparola.inbound.web.advocates.saying import CHANGES, LONGEST_TYPED, say, words_of
from passaparola.inbound.web.advocates.sessions import Visitor, portal_page
from passaparola.inbound.web.advocates.sharing import Giving, picture, share, shown_link
from passaparola.inbound.web.advocates.words import earning, friend_gets, friend_said, gains, reward_said, winnable
from passaparola.inbound.web.cookies import keep_choice
from passaparola.store.read.checkout import every_balance
from passaparola.store.read.joining import ShownLink
from passaparola.store.read.offers import Firm, firm_of
from passaparola.store.read.portal import (
    Part,
    RewardRow,
    count_friends,
    friends_of,
    links_of,
    mailboxes_of,
    parts_of,
    reward_owner,
    rewards_of,
    visits_by_link,
)
from passaparola.store.read.sharing import texts_by_program
from passaparola.store.read.snapshot import reading

PAGE = 25
MOST_PAGES = 400
LONGEST_NAME = 60
WHO = "portal"
IN_MONEY = frozenset({Handover.PAYOUT, Handover.PAYROLL})
RUNS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})


@require_safe
@portal_page
def home(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Each program with its links, and in short how it goes."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        firm = firm_of(session, who.workspace)
        parts = [p for p in parts_of(session, who.workspace, who.group) if p.program in programs]
        links = links_of(session, who.workspace, who.group)
        texts = texts_by_program(session, who.workspace)
        opened = visits_by_link(session, who.workspace, [link.id for link in links])
        named, ranks = namings_to_answer(session, who), ranks_of(session, who, parts, firm)
        brought, counting = count_friends(session, who.workspace, sorted(programs), who.group)
    context = {
        "firm": firm,
        "here": "home",
        "name": public_name(who.name) if who.name else None,
        "programs": [_program(part, _giving(programs[part.program], who, firm, texts), links) for part in parts],
        "opened": sum(opened.values()),
        "named": named,
        "ranks": ranks,
        "brought": brought,
        "counting": counting,
        "credit": credit_of(who),
    }
    return page(request, "advocate/home.html", context, shares=True)


def _giving(program: Program, who: Visitor, firm: Firm, texts: Mapping[str, Sequence[ShareText]]) -> Giving:
    return Giving(program, who.workspace, firm.name, public_name(who.name), texts.get(program.slug, ()))


def _program(part: Part, giving: Giving, links: list[ShownLink]) -> dict[str, Any]:
    program = giving.program
    shares = part.status != "suspended" and program.status in RUNS
    mine = [link for link in links if link.program == part.program] if shares else []
    now = day_of(program, giving.workspace)
    return {
        "name": program.name,
        "status": part.status,
        "running": str(program.status),
        "own": [*gains(program, Side.ADVOCATE, now), *winnable(program)],
        "friends": gains(program, Side.FRIEND, now),
        "earning": earning(program),
        "friend_gets": friend_gets(program),
        "links": [shown_link(link, giving, base="/me") for link in mine],
    }


def credit_of(who: Visitor) -> list[dict[str, str]]:
    """What there is to spend, and what is on its way, by kind and currency."""
    found, tongue = every_balance(who.workspace, who.person, now=now_in(who.workspace)) or {}, the_tongue()

    def words(kind: str, amount: int, unit: str) -> str:
        money = tongue.money(amount, unit)
        return money if kind == RewardKind.STORE_CREDIT else gift_text(kind, amount, money, gettext=gettext)

    return [
        {"available": words(kind, b.available, unit), "pending": words(kind, b.pending, unit) if b.pending else ""}
        for (kind, unit), b in found.items()
        if b.available or b.pending
    ]


@require_safe
@portal_page
def friends(request: HttpRequest, who: Visitor) -> HttpResponse:
    """How far each friend is, without anything that tells who it is."""
    number, programs = _page_number(request), programs_shown(who.workspace)
    with reading() as session:
        firm = firm_of(session, who.workspace)
        rows = friends_of(
            session, who.workspace, sorted(programs), who.group, limit=PAGE + 1, offset=(number - 1) * PAGE
        )
        named = namings_to_answer(session, who)
    several = len({part.program for part in rows}) > 1
    shown = [
        {**friend_said(row, programs[row.program]), "program": programs[row.program].name if several else ""}
        for row in rows[:PAGE]
    ]
    said = next((word for word in ("counted", "not_counted", "over") if word in request.GET), "")
    context = {"firm": firm, "here": "friends", "friends": shown, "named": named, "said": said}
    context |= _turning(number, len(rows))
    return page(request, "advocate/friends.html", context)


@require_safe
@portal_page
def rewards(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Each reward with its state, when, why, and how to use it."""
    number = _page_number(request)
    with reading() as session:
        firm = firm_of(session, who.workspace)
        rows = rewards_of(session, who.workspace, who.group, limit=PAGE + 1, offset=(number - 1) * PAGE)
        choices = choices_of(session, who, programs_shown(who.workspace))
    programs = programs_of(who.workspace)
    context = {
        "firm": firm,
        "here": "rewards",
        "rewards": [reward_said(row, item_of(row, programs), subject_of(row, programs)) for row in rows[:PAGE]],
        "credit": credit_of(who),
        "later": "later" in request.GET,
        "choices": choices,
        "chosen": "chosen" in request.GET,
        "owed": any(KINDS[RewardKind(row.kind)].handover in IN_MONEY for row in rows),
        **_turning(number, len(rows)),
    }
    return page(request, "advocate/rewards.html", context)


def item_of(row: RewardRow, programs: dict[str, ProgramVersions]) -> str:
    """What the program that gave a reward calls the thing."""
    rules = programs[row.program].number(row.version).every_rule
    return next((rule.item for rule in rules if rule.id == row.rule), "")


def subject_of(row: RewardRow, programs: dict[str, ProgramVersions]) -> str:
    """Whom the program that gave a reward is about."""
    return str(programs[row.program].live.subject)


@require_POST
@patient
@portal_page
def claim_reward(request: HttpRequest, who: Visitor, key: str) -> HttpResponse:
    """Take a reward that waits for its claim. One of somebody else is as good as none."""
    with reading() as session:
        owner = reward_owner(session, who.workspace, key)
    if owner not in who.group:
        return missing(request)
    asked = Asked(who.workspace, now_in(who.workspace), WHO)
    claimed = the_writer().run(lambda: claim(key, asked=asked))
    return gone_on("/me/rewards/" if claimed.refusal is None else "/me/rewards/?later")


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return (
        min(int(asked), MOST_PAGES) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 and int(asked) else 1
    )


def _turning(number: int, found: int) -> dict[str, int | None]:
    return {"before": number - 1 if number > 1 else None, "after": number + 1 if found > PAGE else None}


@require_safe
@portal_page
def settings_page(request: HttpRequest, who: Visitor) -> HttpResponse:
    """The name that friends see, and the language."""
    return _settings(request, who)


def _settings(
    request: HttpRequest, who: Visitor, typed: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """`typed`: what somebody wrote and what is wrong with it, in place of what is kept; `public` holds both of the public name."""
    typed = typed or {}
    with reading() as session:
        firm, naming = firm_of(session, who.workspace), public_naming(session, who)
    context = {
        "firm": firm,
        "here": "settings",
        "name": who.name,
        "seen_as": public_name(who.name) if who.name else None,
        "longest": LONGEST_NAME,
        "words": words_of(who),
        "longest_words": LONGEST_WORDS,
        "saved": "saved" in request.GET,
        "later": "later" in request.GET,
        "languages": settings.LANGUAGES,
        "news": _news(who),
        **typed,
        "public": {**naming, **typed.get("public", {})},
    }
    return page(request, "advocate/settings.html", context, status)


@require_POST
@patient
@portal_page
def change_name(request: HttpRequest, who: Visitor) -> HttpResponse:
    """The name to show to friends. Of it they see the first word; empty: "A friend"."""
    name = " ".join("".join(c if c.isprintable() else " " for c in request.POST.get("name", "")).split())
    if len(name) > LONGEST_NAME or (name and public_name(name) is None):
        wrong = gettext("Write a name of at most %(longest)s characters, such as Ada.") % {"longest": LONGEST_NAME}
        return _settings(request, who, {"name": name[:LONGEST_NAME], "wrong": wrong}, 400)
    asked = Asked(who.workspace, now_in(who.workspace), WHO)
    the_writer().run(lambda: done(rename(who.person, name=name, asked=asked)))
    return gone_on("/me/settings/?saved")


@require_POST
@patient
@portal_page
def change_public_name(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Show them on leaderboards by the name that they wrote, or by none: one press each."""
    asked, name = Asked(who.workspace, now_in(who.workspace), WHO), request.POST.get("shown_as", "")
    if "forget" in request.POST or not name.strip():
        the_writer().run(lambda: show_no_name(who.person, asked=asked))
        return gone_on("/me/settings/?saved#public")
    public = {"typed": name[:LONGEST_NAME]}
    if not CHANGES.spend(who.person):
        return _settings(request, who, {"later": True, "public": public}, 429)
    refusal = the_writer().run(lambda: show_by_name(who.person, name=name, asked=asked)).refusal
    if refusal is None:
        return gone_on("/me/settings/?saved#public")
    said = gettext(refusal.sentence) % refusal.said
    return _settings(request, who, {"public": {**public, "wrong": f"{said[:1].upper()}{said[1:]}."}}, 400)


@require_POST
@patient
@portal_page
def change_words(request: HttpRequest, who: Visitor) -> HttpResponse:
    """Their words in all their programs. Links, addresses and numbers are taken out; empty words are none."""
    words = request.POST.get("words", "")[:LONGEST_TYPED]
    if not CHANGES.spend(who.person):
        return _settings(request, who, {"later": True, "words": words}, 429)
    say(who, words)
    return gone_on("/me/settings/?saved")


def _news(who: Visitor) -> str:
    """Whether news is mailed: on, off by their own wish, or stopped (a mail came back, or somebody else said so); empty without address."""
    with reading() as session:
        mailboxes = mailboxes_of(session, who.workspace, who.group)
    wishes = [wish_of(address, keys=the_keyring()) for address in mailboxes]
    if any(wish is None for wish in wishes):
        return "on"
    return "" if not wishes else ("off" if any(w and w.reason == UNSUBSCRIBED for w in wishes) else "stopped")


@require_POST
@patient
@portal_page
def change_news(request: HttpRequest, who: Visitor) -> HttpResponse:
    """No more news to any of their addresses, or news again where it was their own wish. Mails that they ask for come all the same."""
    with reading() as session:
        mailboxes = mailboxes_of(session, who.workspace, who.group)
    asked, keys = Asked(who.workspace, now_in(who.workspace), WHO), the_keyring()
    for address in mailboxes:
        wish = wish_of(address, keys=keys)
        if request.POST.get("news") == "off" and wish is None:
            the_writer().run(partial(suppress_address, address, reason=UNSUBSCRIBED, keys=keys, asked=asked))
        elif request.POST.get("news") == "on" and wish is not None and wish.reason == UNSUBSCRIBED:
            the_writer().run(partial(allow_address, address, keys=keys, asked=asked, wished=True))
    return gone_on("/me/settings/?saved")


@require_POST
@patient
@portal_page
def change_language(request: HttpRequest, who: Visitor) -> HttpResponse:
    """The language of these pages and of mails."""
    answer, wanted = gone_on("/me/settings/?saved"), request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        asked = Asked(who.workspace, now_in(who.workspace), WHO)
        the_writer().run(lambda: done(speak(who.person, language=wanted, asked=asked)))
        keep_choice(request, answer, "django_language", wanted)
    return answer


def own_link(who: Visitor, key: str) -> tuple[ShownLink, Program] | None:
    """A link of theirs that they may share. None for any other, whoever's it is."""
    programs = programs_shown(who.workspace)
    with reading() as session:
        standing = {part.program: part.status for part in parts_of(session, who.workspace, who.group)}
        found = next((link for link in links_of(session, who.workspace, who.group) if link.id == key), None)
    if found is None or found.program not in programs or standing.get(found.program) == "suspended":
        return None
    return found, programs[found.program]


@require_safe
@portal_page
def own_picture(request: HttpRequest, who: Visitor, link: str, kind: str) -> HttpResponse:
    """The QR code of a link of theirs."""
    found = own_link(who, link)
    return picture(found[0], kind) if found else missing(request)


@require_POST
@patient
@portal_page
def own_share(request: HttpRequest, who: Visitor, link: str, channel: str) -> HttpResponse:
    """A share button of a link of theirs."""
    found = own_link(who, link)
    if found is None:
        return missing(request)
    own, program = found
    return share(request, own, giving_of(who, program), channel=channel)


def giving_of(who: Visitor, program: Program) -> Giving:
    """What they give away in a program."""
    with reading() as session:
        firm, texts = firm_of(session, who.workspace), texts_by_program(session, who.workspace)
    return _giving(program, who, firm, texts)
