"""What happens in one program, as state machines: the program, a friend's referral, and each of its rewards.

Each move stands in `domain/lifecycle.py`; what this program never does is left out, and each move says when it happens here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from passaparola.domain.lifecycle import PROGRAM, REFERRAL, REWARD, Machine
from passaparola.domain.programs.compiled import Fulfil, OnPartialRefund, Program, RewardRule, Trigger
from passaparola.domain.programs.describe_limits import budget_words, cap_words
from passaparola.domain.programs.earned import earned_words
from passaparola.domain.programs.subject_words import speaking_of
from passaparola.domain.rewards.change import RewardState
from passaparola.domain.rewards.kinds import KINDS, Family, Handover
from passaparola.domain.tongue import EXACT, Tongue
from passaparola.domain.tongue import gettext_noop as _


@dataclass(frozen=True, slots=True)
class FlowMove:
    """One move of one thing, and when it happens. `before` None: the beginning."""

    act: str
    before: str | None
    after: str
    when: str


@dataclass(frozen=True, slots=True)
class FlowPart:
    """One machine. `key` names it, `title` says it in words."""

    key: str
    title: str
    moves: tuple[FlowMove, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One program. `limits` are the sentences on what bounds its rewards."""

    program: str
    name: str
    parts: tuple[FlowPart, ...]
    limits: tuple[str, ...]


_PROGRAM = {
    ("apply", None, "draft"): _("a file that says `status: draft` is applied"),
    ("apply", None, "active"): _("a file is applied"),
    ("apply", "draft", "active"): _("a version that is no draft is applied"),
    ("apply", "active", "active"): _("a new version is applied; what was promised is kept"),
    ("apply", "paused", "active"): _("a new version is applied"),
    ("apply", "ended", "active"): _("a new version is applied"),
    ("apply", "archived", "active"): _("a new version is applied"),
    ("pause", "active", "paused"): _("staff pause it: nothing new is given"),
    ("resume", "paused", "active"): _("staff resume it"),
    ("end", "active", "ended"): _("staff end it: what was given is kept"),
    ("end", "paused", "ended"): _("staff end it: what was given is kept"),
    ("archive", "ended", "archived"): _("staff put it away"),
}
_REFERRAL = {
    ("begin", None, "open"): _("something is told of a friend for the first time"),
    ("decide", "open", "bound"): _("the friend comes, and a recommendation counts"),
    ("decide", "open", "converted"): _("both is told at once"),
    ("decide", "open", "refused"): _("the friend comes, and no recommendation may count"),
    ("decide", "converted", "bound"): _("what earned the rewards is taken back"),
    ("merge", "open", "merged"): _("it is joined with another one of the same person"),
    ("merge", "bound", "merged"): _("it is joined with another one of the same person"),
    ("merge", "converted", "merged"): _("it is joined with another one of the same person"),
    ("merge", "refused", "merged"): _("it is joined with another one of the same person"),
}
_ANEW = _("a late event, or a merge, tells it otherwise")
_HANDED = {
    Handover.PAYOUT: _("it is paid out"),
    Handover.PAYROLL: _("it is paid with the wages"),
    Handover.SHIPPING: _("it is sent"),
}


def flow_of(program: Program, tongue: Tongue = EXACT) -> Flow:
    """The machines of this very program, in the reader's language."""
    tongue = speaking_of(tongue, program.subject)
    drawn = _Drawn(program, tongue)
    parts = [FlowPart("program", tongue.gettext(_("The program")), tuple(drawn.of_program()))]
    if program.trigger is not Trigger.GRANT:
        parts.append(FlowPart("referral", tongue.gettext(_("The referral of a friend")), tuple(drawn.of_referral())))
    for rule in program.every_rule:
        title = tongue.gettext(_TITLES[str(rule.side)]) % {"rule": rule.id}
        parts.append(FlowPart(f"reward_{rule.id}", title, tuple(dict.fromkeys(drawn.of_reward(rule)))))
    limits = [cap_words(cap, tongue) for cap in program.caps] + [budget_words(b, tongue) for b in program.budgets]
    return Flow(program.slug, program.name, tuple(parts), tuple(limits))


_TITLES = {"advocate": _("The advocate's reward %(rule)s"), "friend": _("The friend's reward %(rule)s")}


class _Drawn:
    def __init__(self, program: Program, tongue: Tongue):
        self.program, self.tongue = program, tongue

    def _move(self, machine: Machine, act: str, before: str | None, after: str, words: str) -> FlowMove:
        """Only what the table has. Raises IllegalMove."""
        machine.require(act, before, after)
        return FlowMove(act, before and str(before), str(after), words)

    def of_program(self) -> Iterator[FlowMove]:
        for (act, before, after), words in _PROGRAM.items():
            yield self._move(PROGRAM, act, before, after, self.tongue.gettext(words))

    def of_referral(self) -> Iterator[FlowMove]:
        for move in REFERRAL.moves:
            words = _REFERRAL.get((move.act, move.before, move.after), _ANEW)
            said = self.tongue.gettext(words)
            if (move.before, move.after) == ("bound", "converted"):
                said = self._earned()
            elif (move.before, move.after) == ("open", "bound") and (days := self.program.bind_days) is not None:
                said = f"{said} ({self._days(days)})"
            yield self._move(REFERRAL, move.act, move.before, move.after, said)

    def _days(self, n: int) -> str:
        text = self.tongue.ngettext("within %(n)s day of the first touch", "within %(n)s days of the first touch", n)
        return text % {"n": n}

    def _earned(self) -> str:
        return earned_words(self.program, self.tongue).rstrip(":")

    def of_reward(self, rule: RewardRule) -> Iterator[FlowMove]:
        yield from self._beginning(rule)
        yield from self._taking_back(rule)
        yield from self._by_staff()
        yield from self._use(rule)
        yield from self._ending(rule)

    # -- the parts of a reward's life ---------------------------------------------------------------------------------------

    def _reward(self, act: str, before: RewardState | None, after: RewardState, words: str) -> FlowMove:
        return self._move(REWARD, act, before, after, words)

    def _beginning(self, rule: RewardRule) -> Iterator[FlowMove]:
        waits = list(self._waits(rule))
        if not any(always for _, _, always in waits):
            yield self._reward("issued", None, _S.ISSUED, self._earned())
        for why, over, always in waits:
            yield self._reward("pending", None, _S.PENDING, f"{self._earned()}; {why}" if always else why)
            yield self._reward("issued", _S.PENDING, _S.ISSUED, over)

    def _waits(self, rule: RewardRule) -> Iterator[tuple[str, str, bool]]:
        """(why it waits, what ends it, whether it always does)."""
        said = self.tongue.gettext
        if rule.hold_days:
            text = self.tongue.ngettext("it is held for %(n)s day", "it is held for %(n)s days", rule.hold_days)
            yield text % {"n": rule.hold_days}, said(_("the hold is over")), True
        if rule.fulfil is Fulfil.APPROVAL:
            yield said(_("it waits for approval")), said(_("an operator approves it")), True
        elif rule.fulfil is Fulfil.CLAIM:
            yield said(_("it waits to be claimed")), said(_("the person claims it")), True
        if self.program.queues:
            yield said(_("a limit is used up: it waits in the queue")), said(_("there is room under the limit")), False
        if rule.side == "advocate":
            yield said(_("the advocate has not confirmed their address")), said(_("they confirm it")), False
        yield said(_("the event came too late to be trusted")), said(_("an operator approves it")), False

    def _taking_back(self, rule: RewardRule) -> Iterator[FlowMove]:
        if self.program.trigger is Trigger.GRANT:
            return
        said = self.tongue.gettext
        due = said(_("a later event shows that it is due after all"))
        gone = said(_("it is due no more, such as by a refund"))
        yield self._reward("cancelled", _S.PENDING, _S.CANCELLED, gone)
        yield self._reward("reversed", _S.ISSUED, _S.REVERSED, gone)
        if rule.on_partial_refund is OnPartialRefund.PROPORTIONAL:
            yield self._reward("reversed", _S.ISSUED, _S.ISSUED, said(_("less of it is due: a part is taken back")))
        yield self._reward("restored", _S.CANCELLED, _S.PENDING if rule.hold_days else _S.ISSUED, due)
        yield self._reward("restored", _S.REVERSED, _S.PENDING if rule.hold_days else _S.ISSUED, due)

    def _by_staff(self) -> Iterator[FlowMove]:
        said = self.tongue.gettext
        yield self._reward("denied", _S.PENDING, _S.DENIED, said(_("an operator denies it")))
        yield self._reward("cancelled", _S.ISSUED, _S.CANCELLED, said(_("an operator cancels it, unused")))
        for before in (_S.DENIED, _S.CANCELLED, _S.ISSUED):
            yield self._reward("reopened", before, _S.PENDING, said(_("an operator undoes the last step")))

    def _use(self, rule: RewardRule) -> Iterator[FlowMove]:
        said, kind = self.tongue.gettext, KINDS[rule.kind]
        if kind.family is Family.ENTITLEMENT:
            return
        used, back = said(_("it is used at a checkout")), said(_("the order is cancelled"))
        if kind.handover is not None:
            used, back = said(_HANDED[kind.handover]), said(_("it came back"))
        yield self._reward("redeemed", _S.ISSUED, _S.REDEEMED, used)
        if kind.family is Family.BALANCE:
            yield self._reward("redeemed", _S.ISSUED, _S.ISSUED, said(_("a part of it is used at a checkout")))
        yield self._reward("returned", _S.REDEEMED, _S.ISSUED, back)
        if kind.family is Family.BALANCE and (rule.expires_days is not None or rule.ends is not None):
            yield self._reward("returned", _S.EXPIRED, _S.ISSUED, back)

    def _ending(self, rule: RewardRule) -> Iterator[FlowMove]:
        n, ngettext = rule.expires_days, self.tongue.ngettext
        if rule.ends is not None:
            n = rule.ends.months
            text = ngettext("it ends %(n)s month after its issue", "it ends %(n)s months after its issue", n)
        elif n is not None:
            text = ngettext("it expires %(n)s day after its issue", "it expires %(n)s days after its issue", n)
        else:
            return
        yield self._reward("expired", _S.ISSUED, _S.EXPIRED, text % {"n": n})


_S = RewardState
