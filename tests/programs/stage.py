"""A firm on which a shipped program is played: people come, buy and give back, time goes on, and what everybody has is read."""

import itertools
from typing import Any

from passaparola.actions.acting import Asked, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.clock import run_clock
from passaparola.actions.imports.events import import_events
from passaparola.actions.keys.change import create_key
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.ledger.verify import verify_ledger
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.workspaces import ensure_workspace
from passaparola.analytics.report import report
from passaparola.domain.instant import DAY, SECOND, Instant, iso, parse_instant
from passaparola.inbound.keyring import the_keyring
from passaparola.store.models import Finding
from passaparola.store.session import reading
from tests.domain.program_files import ROOT
from tests.journeys.caller import Shop

START: Instant = parse_instant("2026-01-01T12:00:00Z")  # the noon of day 0
LATER: Instant = START + 3650 * DAY
LIVE = frozenset({"pending", "issued", "redeemed"})
FOLDER = ROOT / "examples" / "programs"

_numbers = itertools.count(1)


def at(day: float) -> Instant:
    return START + int(day * DAY)


def file_text(name: str) -> str:
    """The file of `x01`, `x03-uber-both`, …, as it is shipped."""
    exact = FOLDER / f"{name}.yaml"
    path = exact if exact.exists() else next(iter(sorted(FOLDER.glob(f"{name}-*.yaml"))))
    return path.read_text(encoding="utf-8")


class Stage:
    """One workspace. Days count from the noon of 1 January 2026, UTC."""

    def __init__(self) -> None:
        self.workspace = ensure_workspace(slug=f"stage-{next(_numbers)}", now=START - DAY)
        self.programs: list[str] = []
        self._ids = itertools.count(1)
        self._shop: Shop | None = None

    # -- what people do -----------------------------------------------------------------------------------------------------

    def play(self, name: str, *edits: tuple[str, str], day: float = -0.5) -> str:
        """Apply a shipped file, unedited or with some words changed; its program's id."""
        text = file_text(name)
        for old, new in edits:
            assert text.count(old) >= 1, f"{name}: {old!r} is not in the file"
            text = text.replace(old, new)
        applied = apply_program(text, workspace=self.workspace, now=at(day), actor="Olga")
        self.programs.append(applied.slug)
        return applied.slug

    def tell(self, *events: dict[str, Any]) -> None:
        """Import events, each decided at its own time."""
        result = import_events(list(enumerate(events, 1)), workspace=self.workspace, now=LATER, keys=the_keyring())
        assert (result.rejected, result.conflicts) == ([], [])

    def event(self, kind: str, day: float, **more: Any) -> dict[str, Any]:
        return {"id": f"{kind}-{next(self._ids)}", "type": kind, "at": iso(at(day)), **more}

    def signs_up(self, person: str | dict[str, str], by: str = "ada", day: float = 1, **more: Any) -> None:
        named = {"referred_by": by} if by else {}
        self.tell(self.event("signup", day, person=person, **named, **more))

    def buys(self, person: str | dict[str, str], amount: str, day: float = 2, order: str = "", **more: Any) -> str:
        """A paid order of `person`; the order's number."""
        order = order or f"order-{next(self._ids)}"
        unit = more.pop("currency", None) or self.currency()
        self.tell(self.event("purchase", day, person=person, order=order, amount=amount, currency=unit, **more))
        return order

    def refunds(self, order: str, amount: str | None = None, day: float = 3) -> None:
        part = {} if amount is None else {"amount": amount, "currency": self.currency()}
        self.tell(self.event("refund", day, order=order, refund=f"refund-{next(self._ids)}", **part))

    def friends(self, count: int, amount: str = "40.00", by: str = "ada", day: float = 1, first: int = 1) -> None:
        """New friends of an advocate, each with a sign-up and a paid order on one day."""
        for n in range(first, first + count):
            self.signs_up(f"friend-{n}", by=by, day=day)
            self.buys(f"friend-{n}", amount, day=day + 0.01)

    def joins(self, person: str, day: float = 0, program: str = "", **more: Any) -> Any:
        """A person becomes an advocate. Raises Refusal where the program does not take them."""
        asked = Asked(self.workspace, at(day), "Olga")
        return done(enrol(program or self.programs[-1], identities=(("customer_id", person),), asked=asked, **more))

    def clock(self, day: float) -> None:
        """Let everything fall due until then."""
        run_clock(self.workspace, now=at(day), keys=the_keyring())

    # -- what came of it ----------------------------------------------------------------------------------------------------

    def currency(self) -> str:
        with reading() as session:
            rows = session.rows(
                "SELECT v.document FROM store_programversion v WHERE v.workspace_id = %(ws)s::uuid ORDER BY v.id DESC LIMIT 1",
                ws=self.workspace,
            )
        return next(line.split()[1] for line in str(rows[0][0]).splitlines() if line.startswith("currency:"))

    def rewards(self, person: str = "", rule: str = "") -> list[tuple[str, str, int, str, str]]:
        """(person, rule, net amount, unit, state) of every reward, in the order in which they were made."""
        with reading() as session:
            rows = session.rows(
                "SELECT i.value, w.rule, w.amount - w.reversed, w.unit, w.state FROM store_reward w"
                " JOIN store_identity i ON i.workspace_id = w.workspace_id AND i.person_id = w.beneficiary_id AND i.kind = 'customer_id'"
                " WHERE w.workspace_id = %(ws)s::uuid ORDER BY w.id",
                ws=self.workspace,
            )
        return [row for row in map(tuple, rows) if person in ("", row[0]) and rule in ("", row[1])]

    def has(self, person: str, unit: str = "", rule: str = "") -> int:
        """What a person has been given and not lost, in whole units or minor units of the program's currency."""
        unit = unit or self.currency()
        return sum(net for _, _, net, of, state in self.rewards(person, rule) if of == unit and state in LIVE)

    def states(self, person: str = "", rule: str = "") -> list[str]:
        return [state for *_, state in self.rewards(person, rule)]

    def refusals(self, program: str = "") -> dict[str, int]:
        """Refusals by reason, as the report counts them."""
        found: dict[str, int] = self.report(program)["refusals"]
        return found

    def findings(self, kind: str) -> list[str]:
        """What was found of one kind, by its key."""
        return list(Finding.objects.filter(workspace_id=self.workspace, kind=kind).values_list("key", flat=True))

    def report(self, program: str = "") -> dict[str, Any]:
        return report(self.workspace, program or self.programs[-1])

    def cost(self) -> int:
        """The expense of the program in its currency, by the ledger."""
        found = [unit.lines for unit in trial_balance(self.workspace).units if unit.unit == self.currency()]
        return sum(line.debit - line.credit for lines in found for line in lines if line.kind == "expense")

    @property
    def shop(self) -> Shop:
        """The API with a key that may do everything."""
        if self._shop is None:
            made = done(create_key("all", scopes=["*"], asked=Asked(self.workspace, START - 60 * SECOND, "Olga")))
            self._shop = Shop(self.workspace, made.text, f"key_{made.row.id}")
        return self._shop

    def assert_books(self) -> None:
        violations = verify_ledger(self.workspace)
        assert violations == [], violations
