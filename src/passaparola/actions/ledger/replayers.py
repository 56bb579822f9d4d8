"""How each kind of act is done again on another database: one function a verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from passaparola.actions.acting import Asked
from passaparola.actions.advocates import standing
from passaparola.actions.advocates.confirm import confirm_advocate
from passaparola.actions.advocates.enrol import enrol_again
from passaparola.actions.clock import run_again
from passaparola.actions.credit import bills
from passaparola.actions.credit import end as credit
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.links.create import create_link
from passaparola.actions.links.switch import switch_link
from passaparola.actions.payables import hand_over
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.contests import CLOSE, close_again
from passaparola.actions.programs.status import archive_program, end_program, pause_program, resume_program
from passaparola.actions.rewards import operate, pause
from passaparola.actions.rewards.choose import Preference, choose
from passaparola.actions.rewards.give import give
from passaparola.actions.rewards.queue import release_again
from passaparola.actions.vouchers import end as vouchers
from passaparola.actions.vouchers import redeem as voucher_use
from passaparola.domain.programs.compiled import ProgramStatus, RewardKind
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.read import checkout, ledger_log
from passaparola.store.read.ledger_log import Commit, LoggedAct
from passaparola.store.session import reading

Found = TypeVar("Found")


class UnableToReplay(RuntimeError):
    """The log names something that does not exist when it is done again: it was changed, or a rule depends on more than the log."""


@dataclass(frozen=True, slots=True)
class Redo:
    """One act that is to be done again, and the workspace to do it in."""

    act: LoggedAct
    commit: Commit
    workspace: str

    @property
    def asked(self) -> Asked:
        return Asked(self.workspace, self.act.at, self.act.actor)

    @property
    def input(self) -> Any:
        return self.act.input

    @property
    def note(self) -> str:
        return str(self.input.get("note", ""))

    def program(self, slug: str) -> str:
        """The id here of a program."""
        with reading() as session:
            return self.there(ledger_log.program_named(session, self.workspace, slug), f"program {slug}")

    def reward(self, key: str) -> str:
        """The id here of what was the reward `key`."""
        name = self.there(self.commit.rewards.get(key), f"reward {key}")
        with reading() as session:
            return self.there(ledger_log.reward_named(session, self.workspace, name), f"reward {name}")

    def advocate(self, key: str) -> str:
        """The id here of what was the advocate `key`."""
        name = self.there(self.commit.advocates.get(key), f"advocate {key}")
        with reading() as session:
            return self.there(ledger_log.advocate_named(session, self.workspace, name), f"advocate {name}")

    def link(self, key: str) -> str:
        """The id here of what was the link `key`."""
        name = self.there(self.commit.links.get(key), f"link {key}")
        with reading() as session:
            return self.there(ledger_log.link_named(session, self.workspace, name), f"link {name}")[0]

    def voucher(self) -> str:
        """The code here of the voucher of the reward that the act names."""
        reward = self.reward(self.input["reward"])
        with reading() as session:
            return self.there(ledger_log.voucher_code_of(session, self.workspace, reward), f"voucher of {reward}")

    def reservation(self) -> str:
        """The id here of the reservation that the act ends: an order has one of a person, a currency and a kind at a time."""
        kind = self.input.get("kind", RewardKind.STORE_CREDIT)
        person, unit, order = (self.input[name] for name in ("person", "unit", "order"))
        with reading() as session:
            found = checkout.reservations_of_order(session, self.workspace, order)
        mine = [r.id for r in found if (r.person, r.unit, r.kind) == (person, unit, kind)]
        return self.there(mine[0] if mine else None, f"reservation of {order}")

    def there(self, found: Found | None, what: str) -> Found:
        """What was found. Raises UnableToReplay when it was not."""
        if found is None:
            raise UnableToReplay(f"serial {self.commit.serial}: {self.act.verb} of {what}, which is not there")
        return found


Replayer = Callable[[Redo], object]


def _apply(redo: Redo) -> object:
    return apply_program(redo.input["document"], workspace=redo.workspace, now=redo.act.at, actor=redo.act.actor)


_STATUS = {
    ProgramStatus.PAUSED: pause_program,
    ProgramStatus.ACTIVE: resume_program,
    ProgramStatus.ENDED: end_program,
    ProgramStatus.ARCHIVED: archive_program,
}


def _status(redo: Redo) -> object:
    return _STATUS[ProgramStatus(redo.input["status"])](redo.program(redo.act.subject), asked=redo.asked)


def _reward(step: Callable[..., object]) -> Replayer:
    return lambda redo: step(redo.reward(redo.act.subject), asked=redo.asked, note=redo.note)


def _fulfil(redo: Redo) -> object:
    given = redo.input
    rewards = [redo.reward(key) for key in given["rewards"]]
    told = [hand_over.Told(key, given["reference"], given.get("run", "")) for key in rewards]
    return hand_over.hand_over(told, asked=redo.asked, again=True)


def _choose(redo: Redo) -> object:
    given = redo.input
    wish = Preference(redo.act.subject, given["person"], given["choice"], given["rule"])
    return choose(wish, asked=redo.asked)


def _bill(redo: Redo) -> object:
    given = redo.input
    bill = bills.Bill(given["person"], given["invoice"], given["unit"], given["amount"], given.get("dated"))
    return bills.apply_to_bill(bill, asked=redo.asked)


def _give(redo: Redo) -> object:
    """Under the same id: it is the reward's occasion."""
    given = redo.input
    return give(
        given["person"],
        program=given["program"],
        rule=given["rule"],
        reason=redo.note,
        asked=redo.asked,
        grant=given["grant"],
    )


def _reserve_credit(redo: Redo) -> object:
    given = redo.input
    wanted = Wanted(
        given["person"],
        given["unit"],
        given["amount"],
        given["order"],
        given["until"],
        given.get("kind", RewardKind.STORE_CREDIT),
        given.get("dated"),
    )
    return reserve(wanted, asked=redo.asked)


def _credit(step: Callable[..., object]) -> Replayer:
    return lambda redo: step(redo.reservation(), asked=redo.asked)


def _basket(redo: Redo) -> Basket:
    return Basket(redo.input["order"], redo.input["order_minor"], redo.input["unit"], redo.input.get("dated"))


def _reserve_voucher(redo: Redo) -> object:
    return voucher_use.reserve_again(redo.voucher(), basket=_basket(redo), asked=redo.asked, until=redo.input["until"])


def _redeem_voucher(redo: Redo) -> object:
    return voucher_use.redeem(redo.voucher(), basket=_basket(redo), asked=redo.asked)


def _voucher(step: Callable[..., object]) -> Replayer:
    return lambda redo: step(redo.voucher(), order=redo.input["order"], asked=redo.asked)


def _enrol(redo: Redo) -> object:
    given = redo.input
    provisional = given.get("provisional", False)
    return enrol_again(given["program"], person=given["person"], provisional=provisional, asked=redo.asked)


def _standing(step: Callable[..., object]) -> Replayer:
    return lambda redo: step(redo.advocate(redo.act.subject), asked=redo.asked, note=redo.note)


def _confirm(redo: Redo) -> object:
    return confirm_advocate(redo.advocate(redo.act.subject), asked=redo.asked)


def _link(redo: Redo) -> object:
    """With another code: links are found by whose they are, and the order in which they were made."""
    return create_link(redo.advocate(redo.input["advocate"]), asked=redo.asked)


def _switch(redo: Redo) -> object:
    return switch_link(redo.link(redo.act.subject), active=redo.input["active"], asked=redo.asked)


def _merge(redo: Redo) -> object:
    return merge(redo.act.subject, duplicate=redo.input["duplicate"], asked=redo.asked)


def _moves_nothing(redo: Redo) -> object:
    """Changes who is known by what, or what people may do and see: no decision reads it, or the log holds what came of it.

    Persons are there already, with the ids they had; whether an event came too late is kept with the event.
    """
    return redo


def _clock(redo: Redo) -> object:
    return run_again(redo.input["until"], asked=redo.asked)


# Acts that move nothing in the books: they are not done again, so no act of theirs is in the log of what was done again.
MOVES_NOTHING = frozenset(
    {
        "person.create",
        "program.plan",
        "clock.move",
        "person.add_identity",
        "person.remove_identity",
        "person.rename",
        "person.language",
        "person.facts",
        "publicname.show",
        "publicname.forget",
        "publicname.bar",
        "publicname.allow",
        "advocate.admit",
        "advocate.exclude",
        "advocate.include",
        "advocate.invite",
        "advocate.uninvite",
        "workspace.lateness",
        "workspace.contact",
        "invitations.allow",
        "invitations.forbid",
        "mail.pause",
        "mail.resume",
        "suppression.add",
        "suppression.remove",
        "finding.resolve",
        "staff.add",
        "staff.role",
        "staff.reset",
        "staff.access",
        "apikey.create",
        "apikey.revoke",
        "webhook.create",
        "webhook.change",
        "webhook.enable",
        "webhook.disable",
        "webhook.remove",
        "webhook.rotate",
        "webhook.test",
        "webhook.resend",
        "webhook.replay",
        "outbox.retry",
        "portal.link",
        "branding.change",
        "picture.take",
        "page.write",
        "page.remove",
        "words.write",
        "text.write",
        "material.add",
        "material.remove",
        "picture.remove",
        "placement.create",
        "placement.change",
        "placement.end",
        "text.remove",
        "buttons.choose",
        "quote.add",
        "quote.approve",
        "quote.hide",
        "quote.withdraw",
        "setup.begin",
        "setup.save",
        "setup.remove",
        "competitor.write",
        "competitor.remove",
        "reward.details",
        "referral.enter",
        "request.ask",
        "request.decide",
        "order.confirm",  # the event that it tells is in the log
    }
)

REPLAYERS: dict[str, Replayer] = {
    "program.apply": _apply,
    "program.status": _status,
    "reward.approve": _reward(operate.approve),
    "reward.claim": _reward(operate.claim),
    "reward.fulfil": _fulfil,
    "reward.unfulfil": _reward(hand_over.take_back),
    "credit.bill": _bill,
    "reward.choose": _choose,
    "reward.deny": _reward(operate.deny),
    "reward.cancel": _reward(operate.cancel),
    "reward.undo": _reward(operate.undo),
    "reward.grant": _give,
    "credit.reserve": _reserve_credit,
    "credit.capture": _credit(credit.capture),
    "credit.release": _credit(credit.release),
    "credit.give_back": _credit(credit.give_back),
    "voucher.reserve": _reserve_voucher,
    "voucher.redeem": _redeem_voucher,
    "voucher.release": _voucher(vouchers.release),
    "voucher.give_back": _voucher(vouchers.give_back),
    "advocate.enrol": _enrol,
    "advocate.confirm": _confirm,
    "advocate.suspend": _standing(standing.suspend),
    "advocate.resume": _standing(standing.resume),
    "rewards.pause": lambda redo: pause.pause_rewards(asked=redo.asked),
    "rewards.resume": lambda redo: pause.resume_rewards(asked=redo.asked),
    "link.create": _link,
    "link.switch": _switch,
    "person.merge": _merge,
    "clock.run": _clock,
    CLOSE: lambda redo: close_again(redo.program(redo.act.subject), dict(redo.input), asked=redo.asked),
    "queue.release": lambda redo: release_again(redo.input, asked=redo.asked),
    **dict.fromkeys(MOVES_NOTHING, _moves_nothing),
}
