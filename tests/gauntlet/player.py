"""A history of any kind, played through the store: what is told, what staff, tills and people do, and what time brings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from passaparola.actions.acting import Asked, Performed
from passaparola.actions.advocates.confirm import confirm_advocate
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.advocates.standing import resume, suspend
from passaparola.actions.clock import run_clock
from passaparola.actions.credit.bills import Bill, apply_to_bill
from passaparola.actions.credit.end import capture, give_back, release
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.events.record import Arrival, record_events
from passaparola.actions.payables.hand_over import Told as Payout
from passaparola.actions.payables.hand_over import hand_over, take_back
from passaparola.actions.people.facts import set_facts
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import UnableToApplyProgram, apply_program
from passaparola.actions.programs.status import archive_program, end_program, pause_program, resume_program
from passaparola.actions.rewards import operate
from passaparola.actions.rewards.choose import Preference, choose
from passaparola.actions.rewards.give import give
from passaparola.actions.rewards.pause import pause_rewards, resume_rewards
from passaparola.actions.vouchers import end as voucher_end
from passaparola.actions.vouchers import redeem as voucher_use
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.read import read_event
from passaparola.domain.instant import DAY, Instant, iso
from passaparola.domain.programs import Program, read_program
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.models import Advocate, CreditReservation, Event, Identity, ProgramVersion, Reward, Voucher
from passaparola.store.models import Program as ProgramRow
from tests.domain.histories import ADVOCATES, BEGIN, HOUR
from tests.domain.town import Told
from tests.domain.whole_vocabulary import any_history, any_program
from tests.histories import beside_others, event_of

FRIENDS = ("ben", "cleo", "dan")
FACTS: tuple[dict[str, Any], ...] = (
    {"nps": 9}, {"orders": 2}, {"segment": "b2b"}, {"employee": True}, {"nps": None}, {"segment": None},
)  # fmt: skip
_GAPS = (0, 0, 1, HOUR, HOUR, 7 * HOUR, DAY)
_AGO = (0, 0, 0, 0, 0, 5 * HOUR, 2 * DAY, 40 * DAY)
Found = TypeVar("Found")


class NothingToDo(Exception):
    """What a step is about is not there."""


@dataclass(frozen=True)
class Step:
    """One step, `gap` after the one before. `n` chooses among what is there; `told` happened `ago`; `again`: in one batch with its twin."""

    verb: str
    gap: Instant
    n: int
    told: Told | None = None
    ago: Instant = 0


@dataclass(frozen=True)
class Story:
    """One to three programs, what they become later, and all that happens."""

    programs: tuple[str, ...]
    later: tuple[str, ...]
    steps: tuple[Step, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    programs = draw(st.lists(any_program(), min_size=1, max_size=3))
    later = draw(st.lists(any_program(), max_size=1))
    told = [one for friend in FRIENDS for one in draw(any_history(friend))]
    steps = _steps(Random(draw(st.integers(0, 2**32))), told)
    beside = draw(st.booleans())
    return Story(tuple(map(beside_others, programs) if beside else programs), tuple(later), tuple(steps))


def _steps(random: Random, told: list[Told]) -> list[Step]:
    acts = [Step(verb, 0, 0) for verb in random.choices(list(ACTS), [*ACTS.values()], k=random.randrange(20, 70))]
    steps = [*acts, *(Step("tell", 0, 0, one, random.choice(_AGO)) for one in told)]
    random.shuffle(steps)
    return [replace(step, gap=random.choice(_GAPS), n=random.randrange(10_000)) for step in steps]


class Player:
    """One workspace, and the time it is there. Whatever a step raises is a fault."""

    def __init__(self, story: Story, slug: str):
        self.now = BEGIN
        self.workspace = ensure_workspace(slug=slug, now=self.now)
        self.later = story.later
        self.merged = False
        self.told = 0
        for number, document in enumerate(story.programs):
            self._apply(document, f"any-{number}")

    def play(self, story: Story) -> None:
        for step in story.steps:
            self.now += step.gap + 1
            try:
                _VERBS[step.verb](self, step)
            except NothingToDo:
                continue

    def _apply(self, document: str, slug: str) -> None:
        document = document.replace('program: "any"', f"program: {slug}")
        try:
            apply_program(document, workspace=self.workspace, now=self.now, actor="olga")
        except UnableToApplyProgram:
            raise NothingToDo from None

    # -- what is there ------------------------------------------------------------------------------------------------------

    @property
    def asked(self) -> Asked:
        return Asked(self.workspace, self.now, "olga")

    def one(self, model: Any, n: int, **wanted: Any) -> Any:
        return chosen(list(model.objects.filter(workspace_id=self.workspace, **wanted).order_by("id")), n)

    def person(self, n: int) -> str:
        return str(self.one(Identity, n, kind="customer_id").person_id.hex)

    def live(self) -> list[Program]:
        """The programs that were ever live, as they are."""
        rows = ProgramRow.objects.filter(workspace_id=self.workspace, live_version__isnull=False).order_by("slug")
        return [read(self.document(row)) for row in rows]

    def document(self, row: ProgramRow) -> tuple[str, str]:
        version = ProgramVersion.objects.get(program_id=row.pk, number=row.live_version or 0)
        return row.pk.hex, str(version.document)

    # -- steps --------------------------------------------------------------------------------------------------------------

    def tell(self, step: Step) -> None:
        """An event as it comes by itself, by an import, or beside another in one batch."""
        assert step.told is not None
        raw = {"at": iso(self.now - step.ago), **event_of(step.told)}
        del raw["after"]
        by_import = step.n % 5 == 0
        arrival = Arrival(read_event(raw, now=self.now), self.now, until_due=by_import, trusted_past=by_import)
        (answer,) = record_events([arrival], workspace=self.workspace)
        assert answer.failed is None, answer.failed

    def bring(self, step: Step) -> None:
        """What most friends do: somebody names who told them, buys, and reaches what a lead reaches."""
        by, friend = chosen(ADVOCATES[:2], step.n), f"friend-{step.n // 2 % 12}"
        self._hear({"type": "signup", "person": friend, "referred_by": by})
        order = {"order": f"order-{step.n}", "amount_minor": (900, 5_000, 33_333)[step.n % 3], "currency": "EUR"}
        item = {"item": "ride"} if step.n % 8 == 0 else {}
        self._hear({"type": "purchase", "person": friend, **order, **item})
        self._hear({"type": "stage", "person": friend, "stage": ("meeting", "contract")[step.n % 2]})

    def refund(self, step: Step) -> None:
        """Of an order, or all of it."""
        order = self.one(Event, step.n, type="purchase").order_key
        some = {"amount_minor": (1, 450, 5_000)[step.n % 3], "currency": "EUR"} if step.n % 2 else {}
        self._hear({"type": "refund", "order": order, **some})

    def _hear(self, told: dict[str, Any]) -> None:
        self.told += 1
        arrival = Arrival(read_event({"id": f"told-{self.told}", **told}, now=self.now), self.now)
        (answer,) = record_events([arrival], workspace=self.workspace)
        assert answer.failed is None, answer.failed

    def decide(self, step: Step) -> None:
        verb = ("approve", "deny", "cancel", "undo", "undo", "claim")[step.n % 6]
        _may(getattr(operate, verb)(self.one(Reward, step.n // 6).pk.hex, asked=self.asked))

    def pause(self, step: Step) -> None:
        _may((pause_rewards if step.n % 4 == 0 else resume_rewards)(asked=self.asked))

    def stand(self, step: Step) -> None:
        act = (suspend, resume, confirm_advocate, resume)[step.n % 4]
        _may(act(self.one(Advocate, step.n // 4).pk.hex, asked=self.asked))

    def enrol(self, step: Step) -> None:
        name, program = chosen(ADVOCATES, step.n), self.one(ProgramRow, step.n // 5, live_version__isnull=False)
        _may(
            enrol(
                program.slug,
                identities=[("customer_id", name)],
                asked=self.asked,
                invited=True,
                provisional=step.n % 2 == 0,
            )
        )

    def merge(self, step: Step) -> None:
        keep, gone = self.person(step.n), self.person(step.n // 7)
        if keep == gone:
            raise NothingToDo
        self.merged = True
        _may(merge(keep, duplicate=gone, asked=self.asked))

    def version(self, step: Step) -> None:
        self._apply(chosen(self.later, step.n), self.one(ProgramRow, step.n).slug)

    def status(self, step: Step) -> None:
        act = (
            pause_program,
            resume_program,
            resume_program,
            resume_program,
            resume_program,
            end_program,
            archive_program,
        )[step.n % 7]
        _may(act(self.one(ProgramRow, step.n // 7).pk.hex, asked=self.asked))

    def clock(self, step: Step) -> None:
        self.now += (0, DAY, 8 * DAY, 32 * DAY)[step.n % 4]
        run_clock(self.workspace, now=self.now, batch=(1, 500)[step.n // 4 % 2])

    def credit(self, step: Step) -> None:
        lot = self.one(Reward, step.n, kind__in=("store_credit", "points"), state="issued")
        until = self.now + (HOUR, 5 * DAY)[step.n % 2]
        amount, order = (1, 50, 100, 300)[step.n % 4], f"till-{step.n % 9}"
        wanted = Wanted(lot.beneficiary_id.hex, lot.unit, amount, order, until, kind=lot.kind)
        _may(reserve(wanted, asked=self.asked))

    def end_credit(self, step: Step) -> None:
        act = (capture, capture, release, give_back)[step.n % 4]
        _may(act(self.one(CreditReservation, step.n // 4).pk.hex, asked=self.asked))

    def bill(self, step: Step) -> None:
        lot = self.one(Reward, step.n)
        bill = Bill(lot.beneficiary_id.hex, f"bill-{step.n % 9}", lot.unit, (1, 50, 100, 300)[step.n % 4])
        _may(apply_to_bill(bill, asked=self.asked))

    def voucher(self, step: Step) -> None:
        voucher = self.one(Voucher, step.n)
        order = voucher.order_key or f"till-{step.n % 9}"
        basket = Basket(order, (100, 900, 5000)[step.n % 3], "EUR")
        act = (voucher_use.reserve, voucher_use.redeem)[step.n % 2]
        _may(act(voucher.code, basket=basket, asked=self.asked))

    def end_voucher(self, step: Step) -> None:
        voucher = self.one(Voucher, step.n, order_key__isnull=False)
        act = (voucher_end.release, voucher_end.give_back)[step.n % 2]
        _may(act(voucher.code, order=voucher.order_key, asked=self.asked))

    def cancel(self, step: Step) -> None:
        order = chosen((f"till-{step.n // 2 % 9}", f"bill-{step.n // 2 % 9}"), step.n)
        _may(cancel_order(order, asked=self.asked))

    def pay(self, step: Step) -> None:
        lines = [self.one(Reward, step.n // k).pk.hex for k in (1, 3, 7)[: step.n % 3 + 1]]
        _may(hand_over([Payout(key, f"bank-{step.n}") for key in dict.fromkeys(lines)], asked=self.asked))

    def unpay(self, step: Step) -> None:
        _may(take_back(self.one(Reward, step.n).pk.hex, asked=self.asked))

    def give(self, step: Step) -> None:
        program = chosen(self.live(), step.n)
        rule = chosen(program.rules, step.n // 3)
        _may(give(self.person(step.n), program=program.slug, rule=rule.id, reason="kind", asked=self.asked))

    def choose(self, step: Step) -> None:
        wishes = [(p.slug, rule) for p in self.live() for rule in p.rules if rule.choice]
        slug, rule = chosen(wishes, step.n)
        _may(choose(Preference(slug, self.person(step.n // 3), str(rule.choice), rule.id), asked=self.asked))

    def say(self, step: Step) -> None:
        _may(set_facts(self.person(step.n), facts=chosen(FACTS, step.n // 3), asked=self.asked))


def _may(performed: Performed[Any]) -> None:
    """Done, or refused by name."""
    assert performed.refusal is None or performed.refusal.reason


def chosen(found: Sequence[Found], n: int) -> Found:
    if not found:
        raise NothingToDo
    return found[n % len(found)]


def read(kept: tuple[str, str]) -> Program:
    program, findings = read_program(kept[1], key=kept[0], version=1, effective_from=0)
    assert program is not None, findings
    return program


_VERBS: dict[str, Callable[[Player, Step], None]] = {
    name: verb for name, verb in vars(Player).items() if callable(verb) and name[0] != "_"
}
ACTS: dict[str, int] = {  # how often each is done
    "bring": 30, "refund": 9, "clock": 8, "decide": 10, "merge": 1, "version": 1, "status": 2, "pause": 2, "stand": 4, "enrol": 2,
    "credit": 7, "end_credit": 6, "bill": 2, "voucher": 6, "end_voucher": 4, "cancel": 2, "pay": 5, "unpay": 3, "give": 4,
    "choose": 2, "say": 4,
}  # fmt: skip
