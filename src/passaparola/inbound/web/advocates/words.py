"""What an advocate's pages say of a program, of friends and of rewards: safe words, no friend's name, order or amount."""

from collections.abc import Mapping
from typing import Any

import orjson
from babel.dates import format_date
from django.utils.translation import get_language, gettext

from passaparola.domain.instant import Instant, moment
from passaparola.domain.ledger.accounts import VOUCHER_UNIT
from passaparola.domain.programs.boosted import boosted_words
from passaparola.domain.programs.compiled import Program, RewardKind, RewardRule, Side, Structure
from passaparola.domain.programs.describe_contest import prizes_to_win
from passaparola.domain.programs.earned import friends_words
from passaparola.domain.programs.spans import amount_span, one_amount, share_span, streak_words
from passaparola.domain.programs.spans import share_words as share_of
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.reasons import ADVOCATE_WORDS, Reason
from passaparola.domain.rewards.change import RewardState
from passaparola.domain.rewards.kinds import KINDS, VOUCHERS, Handover, gift_text
from passaparola.domain.tongue import Tongue
from passaparola.inbound.tongue import locale_of, the_tongue
from passaparola.store.read.portal import FriendRow, RewardRow

GONE = frozenset(
    {RewardState.DENIED, RewardState.CANCELLED, RewardState.EXPIRED, RewardState.REVERSED, RewardState.FAILED}
)


def day_text(at: Instant) -> str:
    """A date as the language writes it."""
    return format_date(moment(at).date(), format="long", locale=locale_of(get_language() or "en"))


# -- the program ------------------------------------------------------------------------------------------------------------


def gains(program: Program, side: Side, now: Instant | None = None) -> list[str]:
    """What one side gets, from the advocate's point of view. With `now` also what is more on that day, and until when."""
    tongue = tongue_of(program)
    said = [(gain_words(rule, tongue), boosted_words(rule, program, now, tongue)) for rule in program.promised(side)]
    return [
        gettext("%(gift)s (%(more)s)") % {"gift": gain, "more": tongue.listing(boosted)} if boosted else gain
        for gain, boosted in said
    ]


def winnable(program: Program) -> list[str]:
    """The prizes of the program's contest."""
    tongue = tongue_of(program)
    return prizes_to_win(program, tongue, lambda rule: gain_words(rule, tongue))


def earning(program: Program) -> str:
    """When it is earned."""
    return friends_words(program, tongue_of(program))


def friend_gets(program: Program) -> str:
    """The head above what the friend gets."""
    return tongue_of(program).gettext("Your friend gets")


def tongue_of(program: Program) -> Tongue:
    """The language that is active now, with the program's word for friends."""
    return speaking_of(the_tongue(), program.subject)


def gain_words(rule: RewardRule, tongue: Tongue) -> str:
    if rule.unit == VOUCHER_UNIT and rule.voucher is not None:
        said = gettext("a voucher for %(percent)s off") % {"percent": tongue.percent(rule.voucher.percent_bp or 0)}
    elif (share := share_of(rule, tongue)) is not None:
        said = gift_text(rule.kind, 0, share, rule.item, gettext)
    elif (percent := share_span(rule, tongue)) is not None:
        said = gettext(KINDS[rule.kind].of_order) % {"percent": percent}
    else:
        said = gift_text(rule.kind, one_amount(rule), amount_span(rule, tongue), rule.item, gettext)
    if (streak := streak_words(rule, tongue)) is not None:
        return gettext("%(gift)s %(often)s") % {"gift": said, "often": streak}
    if rule.structure is not Structure.MILESTONE:
        return said
    n = rule.every or 0
    often = (
        tongue.ngettext("%(gift)s for every %(n)s friend", "%(gift)s for every %(n)s friends", n)
        if rule.repeat
        else tongue.ngettext("%(gift)s for the first %(n)s friend", "%(gift)s for the first %(n)s friends", n)
    )
    return often % {"gift": said, "n": n}


def share_words(program: Program, firm: str) -> str:
    """The message that stands ready: in the first person, and saying what the advocate gets for it."""
    friend, own = the_tongue().listing(gains(program, Side.FRIEND)), the_tongue().listing(gains(program, Side.ADVOCATE))
    said = gettext("I like %(firm)s and think you will, too.") % {"firm": firm}
    if friend:
        said += " " + gettext("With my link you get %(gift)s.") % {"gift": friend}
    return f"{said} {disclosure(own, prizes=program.contest is not None)}"


def disclosure(own: str, *, prizes: bool = False) -> str:
    """What whoever is recommended to shall know."""
    if prizes and not own:
        return gettext("(For recommending it I may win a prize.)")
    return (
        gettext("(For recommending it I get %(gift)s.)") % {"gift": own} if own else gettext("(I get nothing for it.)")
    )


# -- friends ----------------------------------------------------------------------------------------------------------------


def friend_said(row: FriendRow, program: Program) -> dict[str, Any]:
    """How far a friend is, as steps, and why there is no reward where there is none."""
    came = {
        "visit": gettext("Came by your link"),
        "code": gettext("Came by your code"),
        "email": gettext("Came by your invitation"),
    }.get(row.touch or "", gettext("Came through you"))
    steps, tongue = [came], tongue_of(program)
    if row.signed_up_at is not None:
        steps.append(gettext("signed up"))
    if row.converted_at is not None:
        steps.append(tongue.gettext("bought") if row.status == "converted" else gettext("earned a reward"))
    if row.rewarded:
        steps.append(gettext("your reward is there"))
    title = tongue.gettext("A friend, since %(day)s") % {"day": day_text(row.since)}
    return {"title": title, "steps": steps, **_friend_state(row, tongue)}


def _friend_state(row: FriendRow, tongue: Tongue) -> dict[str, str]:
    why = _refusal(row)
    if why == Reason.ORDER_REFUNDED:
        return {"state": gettext("Returned"), "mood": "wrong", "why": safe_sentence(why, tongue)}
    if row.status == "converted":
        return {"state": gettext("Counts"), "mood": "good", "why": safe_sentence(why, tongue)}
    if row.status == "refused":
        said = safe_sentence(row.reason, tongue) or gettext("This recommendation could not be counted.")
        return {"state": gettext("Does not count"), "mood": "wrong", "why": said}
    return {"state": gettext("On the way"), "mood": "warm", "why": safe_sentence(why, tongue)}


def _refusal(row: FriendRow) -> str | None:
    """The reason of the latest refusal of a rule."""
    refusals = orjson.loads(row.refusals)
    return str(refusals[-1][2]) if refusals else None


def safe_sentence(reason: str | None, tongue: Tongue | None = None) -> str:
    """What the advocate may be told of a reason."""
    say = gettext if tongue is None else tongue.gettext
    return say(ADVOCATE_WORDS[Reason(reason)]) if reason else ""


# -- rewards ----------------------------------------------------------------------------------------------------------------


def reward_said(row: RewardRow, item: str = "", subject: str = "") -> dict[str, Any]:
    """A reward: what it is worth, how it stands, when, why, and how to use it. `item`: what the program calls a thing; `subject`: whom
    it speaks of."""
    left = row.amount if row.state in GONE else row.amount - row.reversed
    return {
        "worth": _worth(row, left, item),
        "side": row.side,
        "before": _worth(row, row.amount, item) if row.reversed and row.state not in GONE else "",
        "code": row.code if row.state == RewardState.ISSUED and row.voucher_state != "redeemed" else None,
        "terms": _terms(row),
        "claim": row.id if row.state == RewardState.PENDING and row.reason == Reason.WAITS_FOR_CLAIM else None,
        "how": _how(row),
        "credit": row.kind == RewardKind.STORE_CREDIT,
        "when": _when(row),
        "why": safe_sentence(row.reason, speaking_of(the_tongue(), subject))
        if row.state == RewardState.PENDING or row.state in GONE or row.reversed
        else "",
        **_state(row),
    }


def _worth(row: RewardRow, amount: int, item: str) -> str:
    tongue = the_tongue()
    if row.unit == VOUCHER_UNIT:
        percent = {"percent": tongue.percent(row.percent_bp or 0)}
        return gettext("Voucher for %(percent)s off") % percent if row.percent_bp else gettext("Voucher")
    money = tongue.money(amount, row.unit)
    if row.kind in VOUCHERS:
        return gettext("Voucher worth %(amount)s") % {"amount": money}
    return _capital(gift_text(row.kind, amount, money, item, gettext))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _how(row: RewardRow) -> str:
    """How what is theirs comes to them, where that is not plain."""
    return handed_over(row.kind) if row.state == RewardState.ISSUED else ""


def handed_over(kind: str) -> str:
    """The same of a kind of reward; empty for what is spent at the checkout, and for what is simply there."""
    ways = {
        Handover.PAYOUT: gettext("We pay it out to you."),
        Handover.PAYROLL: gettext("You get it with your wages."),
        Handover.SHIPPING: gettext("We send it to you."),
    }
    way = KINDS[kind].handover
    if way is not None:
        return ways[way]
    by_kind = {
        RewardKind.BILL_CREDIT: gettext("It lowers your next bills by itself."),
        RewardKind.POINTS: gettext("Spend them with your next order."),
    }
    return by_kind.get(RewardKind(kind), "")


def _state(row: RewardRow) -> Mapping[str, str]:
    used = row.voucher_state == "redeemed" or (row.redeemed and row.redeemed >= row.amount - row.reversed)
    if row.state == RewardState.ISSUED and not used:
        return {"state": gettext("Yours"), "mood": "good"}
    if row.state in (RewardState.ISSUED, RewardState.REDEEMED):
        return {"state": gettext("Used"), "mood": ""}
    if row.state == RewardState.EXPIRED:
        return {"state": gettext("Expired"), "mood": "wrong"}
    if row.state in GONE:
        return {
            "state": gettext("Taken back") if row.state == RewardState.REVERSED else gettext("Not given"),
            "mood": "wrong",
        }
    waiting = gettext("Yours to claim") if row.reason == Reason.WAITS_FOR_CLAIM else gettext("On its way")
    return {"state": waiting, "mood": "warm"}


def _when(row: RewardRow) -> str:
    if row.state == RewardState.PENDING and row.reason == Reason.HOLD and row.hold_until is not None:
        return gettext("confirmed on %(day)s") % {"day": day_text(row.hold_until)}
    if row.state == RewardState.ISSUED and row.expires_at is not None:
        return gettext("since %(day)s, valid until %(end)s") % {
            "day": day_text(row.issued_at or row.created_at), "end": day_text(row.expires_at)
        }  # fmt: skip
    return gettext("since %(day)s") % {"day": day_text(row.issued_at or row.created_at)}


def _terms(row: RewardRow) -> list[str]:
    if row.code is None:
        return []
    tongue, unit = the_tongue(), row.limit_unit or row.unit
    said = [gettext("used once")]
    if row.max_discount is not None:
        said.append(gettext("at most %(amount)s off") % {"amount": tongue.money(row.max_discount, unit)})
    if row.min_order is not None:
        said.append(gettext("on an order of at least %(amount)s") % {"amount": tongue.money(row.min_order, unit)})
    return said
