"""L10: the log done again gives the same books: on another database, on the other kind of database, and after an erasure."""

import re
from typing import Any

import pytest
from django.db.models import F

from passaparola.actions.advocates import standing
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.clock import run_clock
from passaparola.actions.credit import end as credit
from passaparola.actions.credit.orders import cancel_order
from passaparola.actions.credit.reserve import Wanted, reserve
from passaparola.actions.ledger.replay import ledger_digest, replay, verify_replay
from passaparola.actions.ledger.replayers import REPLAYERS, UnableToReplay
from passaparola.actions.ledger.trial_balance import trial_balance
from passaparola.actions.links.create import create_link
from passaparola.actions.people.change import create_person
from passaparola.actions.people.merge import merge
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.programs.status import pause_program, resume_program
from passaparola.actions.rewards import operate
from passaparola.actions.vouchers import end as vouchers
from passaparola.actions.vouchers.redeem import redeem
from passaparola.actions.vouchers.redeem import reserve as set_voucher_aside
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.instant import DAY
from passaparola.domain.rewards.vouchers import Basket
from passaparola.store.ids import new_id
from passaparola.store.models import Act, Event, Identity, Person, Program, Reward, ShareLink, Transfer, Voucher
from passaparola.store.read.ledger_log import Commit, read_log
from passaparola.store.session import reading
from tests.databases import Database
from tests.histories import SMALL_BUDGET, START, a_full_history, friend_buys, tell
from tests.house.source import modules
from tests.ledger_clean import assert_books_balance
from tests.shops import asked, good, person, refusal


def log_of(workspace: str) -> list[Commit]:
    with reading() as session:
        return list(read_log(session, workspace))


def assert_done_again_gives_the_same(workspace: str, elsewhere: Database) -> None:
    log, digest, balance = log_of(workspace), ledger_digest(workspace), trial_balance(workspace)
    with elsewhere.use():
        copy = ensure_workspace(slug="copy", now=START)
        assert replay(log, workspace=copy) == len(log)
        assert trial_balance(copy).units == balance.units
        assert ledger_digest(copy) == digest
        assert_books_balance(copy)


def operators_decide(workspace: str) -> None:
    waiting = Reward.objects.get(state="pending").pk.hex
    for step in (operate.deny, operate.undo, operate.approve, operate.undo, operate.cancel):
        good(step(waiting, asked=asked(workspace, 63), note="a look"))
    assert refusal(operate.approve(waiting, asked=asked(workspace, 63))) == "illegal_transition"
    issued = Reward.objects.filter(state="issued", kind="store_credit", unit="USD").order_by("id")[0].pk.hex
    good(operate.cancel(issued, asked=asked(workspace, 63)))
    good(operate.undo(issued, asked=asked(workspace, 63)))


def checkouts_use_credit(workspace: str) -> None:
    ada = person(workspace, "ada")

    def set_aside(order: str, amount: int) -> str:
        return str(good(reserve(Wanted(ada, "USD", amount, order), asked=asked(workspace, 64))).id)

    credit.capture(set_aside("c1", 700), asked=asked(workspace, 64))
    good(cancel_order("c1", asked=asked(workspace, 65)))
    credit.capture(set_aside("c2", 600), asked=asked(workspace, 64))
    credit.release(set_aside("c3", 100), asked=asked(workspace, 64))
    set_aside("c4", 50)  # left behind: the clock releases it
    assert refusal(reserve(Wanted(ada, "USD", 10**6, "c5"), asked=asked(workspace, 64))) == "insufficient_credit"


def checkouts_use_vouchers(workspace: str) -> None:
    def code(name: str, unit: str) -> str:
        mine = Voucher.objects.filter(
            reward__beneficiary=person(workspace, name), reward__unit=unit, reward__state="issued"
        )
        return str(mine.order_by("id")[0].code)

    small, large = Basket("v1", 120, "EUR"), Basket("v2", 9_000, "EUR")
    fixed, percent = code("ben", "EUR"), code("ada", "VOUCHER")
    good(set_voucher_aside(fixed, basket=small, asked=asked(workspace, 64)))
    good(vouchers.release(fixed, order="v1", asked=asked(workspace, 64)))
    good(redeem(fixed, basket=small, asked=asked(workspace, 64)))
    good(vouchers.give_back(fixed, order="v1", asked=asked(workspace, 65)))
    good(set_voucher_aside(fixed, basket=small, asked=asked(workspace, 66)))
    good(redeem(fixed, basket=small, asked=asked(workspace, 66)))
    good(redeem(percent, basket=large, asked=asked(workspace, 64)))
    good(set_voucher_aside(code("fay", "EUR"), basket=Basket("v3", 500, "EUR"), asked=asked(workspace, 64)))


def people_come_and_go(workspace: str) -> None:
    key = Program.objects.get(slug="two-friends").pk.hex
    mia = str(good(create_person([("customer_id", "mia")], asked=asked(workspace, 66), name="Mia")))
    enrolled = good(enrol("two-friends", identities=[("person", mia)], asked=asked(workspace, 66), invited=True))
    good(create_link(enrolled.advocate, asked=asked(workspace, 66), code="MIA-TELLS"))
    for n, name in enumerate(("kim", "lee")):
        signup, *orders = friend_buys(name, 67, (f"m{n}", 5_000, "EUR"))
        tell(workspace, [{k: v for k, v in signup.items() if k != "referred_by"} | {"code": "MIA-TELLS"}, *orders])
    good(standing.suspend(enrolled.advocate, asked=asked(workspace, 68)))
    tell(workspace, friend_buys("ned", 68, ("m9", 5_000, "EUR"), by="mia"))
    good(standing.resume(enrolled.advocate, asked=asked(workspace, 69)))
    good(pause_program(key, asked=asked(workspace, 69)))
    tell(workspace, friend_buys("oma", 69, ("m10", 5_000, "EUR"), by="mia"))
    good(resume_program(key, asked=asked(workspace, 70)))
    good(merge(person(workspace, "ada"), duplicate=person(workspace, "eva"), asked=asked(workspace, 70)))
    tell(workspace, friend_buys("pia", 71, ("m11", 5_000, "EUR"), by="eva"))


def a_history_with_acts() -> str:
    """Everything that events, operators, checkouts and the clock can bring about."""
    workspace = a_full_history()
    operators_decide(workspace)
    checkouts_use_credit(workspace)
    checkouts_use_vouchers(workspace)
    people_come_and_go(workspace)
    apply_program(SMALL_BUDGET.replace("40.00", "90.00"), workspace=workspace, now=START + 72 * DAY, actor="olga")
    tell(workspace, friend_buys("quinn", 73, ("m12", 20_000, "EUR"), by="ada"), until_due=False)
    run_clock(workspace, now=START + 80 * DAY)
    run_clock(workspace, now=START + 120 * DAY, batch=1)
    return workspace


def test_events_done_again_on_another_database_give_the_same_books(
    database: Database, second_database: Database
) -> None:
    assert_done_again_gives_the_same(a_full_history(), second_database)


def test_acts_and_due_times_done_again_give_the_same_books(database: Database, second_database: Database) -> None:
    workspace = a_history_with_acts()
    assert_books_balance(workspace)
    moved = {act.verb for act in Act.objects.filter(pk__in=[c[4:] for c in causes() if c.startswith("act:")])}
    assert moved >= {
        *("reward.approve", "reward.deny", "reward.cancel", "reward.undo", "person.merge"),
        *("credit.reserve", "credit.capture", "credit.release", "credit.give_back"),
        *("voucher.reserve", "voucher.redeem", "voucher.release", "voucher.give_back"),
    }
    assert any(cause.startswith("due:") for cause in causes())
    assert_done_again_gives_the_same(workspace, second_database)


def causes() -> set[str]:
    return set(Transfer.objects.values_list("cause", flat=True))


def test_many_events_in_one_commit_done_again_give_the_same_books(
    database: Database, second_database: Database
) -> None:
    workspace = a_full_history(at_once=7)
    assert_done_again_gives_the_same(workspace, second_database)


def test_how_events_were_cut_into_commits_is_no_part_of_the_digest(database: Database) -> None:
    digests = {ledger_digest(a_full_history(f"by-{n}", at_once=n)) for n in (1, 3, 50)}
    assert len(digests) == 1


def test_what_an_event_told_again_lets_fall_due_is_done_again(database: Database, second_database: Database) -> None:
    workspace = a_full_history()
    waiting = Reward.objects.get(state="pending")
    again = {**friend_buys("ben", 80)[0], "code": "SOMETHING-ELSE"}
    assert tell(workspace, [again]) == ["event_conflict"]
    waiting.refresh_from_db()
    assert waiting.state == "issued"
    assert_done_again_gives_the_same(workspace, second_database)


def test_the_log_is_proved_beside_the_real_database(database: Database) -> None:
    workspace = a_history_with_acts()
    before = Transfer.objects.count()
    assert verify_replay(workspace) == []
    assert Transfer.objects.count() == before > 0


def test_an_advocate_whom_only_staff_named_is_named_alike(database: Database) -> None:
    workspace = a_full_history()
    noa = good(create_person([("customer_id", "noa")], asked=asked(workspace, 66)))
    good(enrol("two-friends", identities=[("person", noa)], asked=asked(workspace, 67)))
    code = ShareLink.objects.get(person=noa).code
    for n, name in enumerate(("kim", "lee")):
        signup, *orders = friend_buys(name, 68, (f"n{n}", 5_000, "EUR"))
        tell(workspace, [{k: v for k, v in signup.items() if k != "referred_by"} | {"code": code}, *orders])
    assert Reward.objects.filter(beneficiary=noa).exists()
    assert verify_replay(workspace) == []


def test_an_erasure_leaves_the_digest_and_the_proof(database: Database) -> None:
    workspace = a_history_with_acts()
    before = ledger_digest(workspace)
    Identity.objects.all().delete()
    Person.objects.update(name="")
    assert ledger_digest(workspace) == before
    assert verify_replay(workspace) == []


def a_larger_order() -> None:
    Event.objects.filter(order_key="o1", type="purchase").update(amount_minor=F("amount_minor") + 1_000)


def an_order_that_is_gone() -> None:
    Event.objects.filter(order_key="o3").delete()


def an_order_decided_at_another_time() -> None:
    Event.objects.filter(order_key="o2").update(decided_at=F("decided_at") + 40 * DAY)


def a_refund_before_its_hold_was_over() -> None:
    Event.objects.filter(external_id="signup-ben").update(occurred_at=START - 400 * DAY, other_person=None)


def another_program() -> None:
    for act in Act.objects.filter(verb="program.apply", subject="small-budget"):
        Act.objects.filter(pk=act.pk).update(input=act.input.replace("percent: 10", "percent: 11"))


def another_amount_at_the_checkout() -> None:
    for act in Act.objects.filter(verb="credit.reserve"):
        Act.objects.filter(pk=act.pk).update(input=act.input.replace('"amount":600', '"amount":601'))


def a_transfer_nobody_asked_for() -> None:
    forged = Transfer.objects.filter(kind="single", unit="USD").first()
    assert forged is not None
    forged.pk, forged.purpose = new_id(), "expire"
    forged.save(force_insert=True)


def a_friend_brought_by_somebody_else() -> None:
    Event.objects.filter(external_id="signup-dan").update(
        other_person=Event.objects.get(external_id="signup-fay").other_person
    )


PLANTS = [
    a_larger_order,
    an_order_that_is_gone,
    an_order_decided_at_another_time,
    a_refund_before_its_hold_was_over,
    another_program,
    another_amount_at_the_checkout,
    a_transfer_nobody_asked_for,
    a_friend_brought_by_somebody_else,
]


@pytest.mark.parametrize("plant", PLANTS)
def test_a_log_that_was_changed_does_not_give_the_same_books(database: Database, plant: Any) -> None:
    workspace = a_history_with_acts()
    plant()
    assert [violation.law for violation in verify_replay(workspace)] == ["L10"]


def test_an_act_that_nobody_knows_to_do_again_is_a_violation(database: Database) -> None:
    workspace = a_full_history()
    Act.objects.filter(verb="program.apply").update(verb="program.guess")
    (violation,) = verify_replay(workspace)
    assert (violation.law, violation.where) == ("L10", ("program.guess",))
    with pytest.raises(UnableToReplay, match=r"program\.guess"):
        replay(log_of(workspace), workspace=ensure_workspace(slug="copy", now=START))


def test_every_act_in_the_source_can_be_done_again() -> None:
    wanted = {verb for module in modules() for verb in verbs_in(module.text)}
    assert wanted
    assert wanted <= set(REPLAYERS), wanted - set(REPLAYERS)


def verbs_in(text: str) -> set[str]:
    """Every string of the form noun.verb whose noun is what an act is about."""
    nouns = "|".join(sorted({verb.partition(".")[0] for verb in REPLAYERS}))
    return set(re.findall(rf'(?:act|_act|_set|_written)\([^)]*?"((?:{nouns})\.[a-z_]+)"', text))


def test_links_are_found_by_whose_they_are(database: Database, second_database: Database) -> None:
    workspace = a_history_with_acts()
    assert ShareLink.objects.filter(code="MIA-TELLS").exists()
    assert_done_again_gives_the_same(workspace, second_database)
    with second_database.use():
        assert not ShareLink.objects.filter(code="MIA-TELLS").exists()
        assert Event.objects.filter(link__isnull=False).count() == 2
