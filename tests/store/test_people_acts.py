"""People, advocates, links, the customers import, and the operator's small acts."""

import pytest
from django.db import IntegrityError, transaction

from passaparola.actions.acting import NotFound, Performed
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.advocates.standing import resume, suspend
from passaparola.actions.contact import set_contact
from passaparola.actions.findings import resolve_finding
from passaparola.actions.links.create import create_link
from passaparola.actions.people.change import add_identity, create_person, remove_identity, rename
from passaparola.actions.people.customers import Customer, import_customers
from passaparola.actions.people.merge import merge
from passaparola.actions.quotes.say import Consent, add_quote, approve_quote, hide_quote, withdraw_quote
from passaparola.domain.instant import parse_instant
from passaparola.domain.quotes import ConsentBy
from passaparola.store.models import (
    Act,
    Advocate,
    Event,
    Finding,
    Identity,
    Person,
    Quote,
    Referral,
    ShareLink,
    Workspace,
)
from passaparola.store.read.findings import findings
from passaparola.store.session import reading
from tests.databases import Database
from tests.histories import a_workspace, friend_buys, tell
from tests.ledger_clean import assert_books_balance
from tests.races import at_once
from tests.shops import GIVE_TEN, asked, ben_buys, day, good, person, refusal, rewards

MAIL, SHOP = ("email", "ada@example.com"), ("customer_id", "ada")
BY_ACCESS = {
    mode: GIVE_TEN.replace("give-ten", mode.replace("_", "-")) + f"access: {mode}\n"
    for mode in ("open", "customers", "invite_only")
}


def join(workspace: str, access: str, name: str, at: float = 2, **more: bool) -> Performed[object]:
    slug = access.replace("_", "-")
    return enrol(slug, identities=[("customer_id", name)], asked=asked(workspace, at), **more)  # type: ignore[return-value]


# -- people -----------------------------------------------------------------------------------------------------------------


def test_a_person_is_known_by_identities_that_are_nobody_elses(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = good(create_person([SHOP, MAIL, MAIL], asked=asked(workspace), name="Ada"))
    assert Person.objects.get(pk=ada).name == "Ada"
    taken = create_person([MAIL, ("phone", "+48123456789")], asked=asked(workspace))
    assert refusal(taken) == "identity_taken"
    assert taken.refusal is not None
    assert taken.refusal.detail == {"kind": "email", "person": ada}
    assert (Person.objects.count(), Identity.objects.count()) == (1, 2)
    assert refusal(create_person(asked=asked(workspace), name="x" * 201)) == "invalid_name"
    assert refusal(create_person(asked=asked(workspace), name="a\nb")) == "invalid_name"


def test_identities_are_added_and_removed(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada, eva = (good(create_person([i], asked=asked(workspace))) for i in (SHOP, ("customer_id", "eva")))
    assert good(add_identity(ada, identity=MAIL, asked=asked(workspace))) == ada
    assert good(add_identity(ada, identity=MAIL, asked=asked(workspace))) == ada
    assert refusal(add_identity(eva, identity=MAIL, asked=asked(workspace))) == "identity_taken"
    assert good(remove_identity(eva, identity=MAIL, asked=asked(workspace))) is False
    assert good(remove_identity(ada, identity=MAIL, asked=asked(workspace))) is True
    assert good(add_identity(eva, identity=MAIL, asked=asked(workspace))) == eva
    with pytest.raises(NotFound):
        add_identity("0" * 32, identity=MAIL, asked=asked(workspace))
    good(rename(eva, name="Eva", asked=asked(workspace)))
    assert Person.objects.get(pk=eva).name == "Eva"


def test_acts_keep_no_personal_data(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = good(create_person([SHOP, MAIL], asked=asked(workspace), name="Ada Lovelace"))
    good(remove_identity(ada, identity=MAIL, asked=asked(workspace)))
    good(rename(ada, name="Countess Ada", asked=asked(workspace)))
    good(enrol("give-ten", identities=[("email", "eva@example.com")], asked=asked(workspace)))
    texts = " ".join(a.input + a.subject for a in Act.objects.exclude(verb="program.apply"))
    assert not [word for word in ("ada@", "Lovelace", "Countess", "eva@") if word in texts]


def test_one_identity_told_at_once_makes_one_person(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    answers = at_once(*[lambda: create_person([MAIL], asked=asked(workspace))] * 8)
    performed = [a for a in answers if isinstance(a, Performed)]
    assert len(performed) == 8, answers
    assert sum(p.refusal is None for p in performed) == 1
    assert Person.objects.count() == 1


def test_what_is_taken_back_while_it_is_approved_is_gone_and_one_sentence_is_one(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    ada = good(create_person([SHOP], asked=asked(workspace)))
    said, agreed = {"text": "Good bread", "shown_as": "Ada"}, Consent(ConsentBy.MAIL)
    answers = at_once(*[lambda: add_quote("", said, asked=asked(workspace), person=ada, consent=agreed)] * 4)
    (quote,) = {good(answer).id for answer in answers}  # type: ignore[arg-type]
    at_once(
        *[lambda: approve_quote(quote, asked=asked(workspace))] * 3,
        lambda: withdraw_quote(quote, asked=asked(workspace)),
        lambda: hide_quote(quote, asked=asked(workspace)),
    )
    assert Quote.objects.values_list("state", "text", "shown_as").get() == ("withdrawn", "", "")
    for change in (
        {"text": "Good bread", "shown_as": "Ada"},
        {"state": "approved"},
        {"state": "approved", "consent": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Quote.objects.update(**change)


# -- advocates and links ----------------------------------------------------------------------------------------------------


def test_an_open_program_takes_anybody_once(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["open"])
    first = good(join(workspace, "open", "ada"))
    assert first.new
    assert ShareLink.objects.count() == 1
    again = good(join(workspace, "open", "ada"))
    assert (again.advocate, again.new) == (first.advocate, False)
    by_id = good(enrol("open", identities=[("person", first.person)], asked=asked(workspace)))
    assert by_id.advocate == first.advocate
    assert (Advocate.objects.count(), ShareLink.objects.count()) == (1, 1)
    with pytest.raises(NotFound):
        enrol("open", identities=[("person", "0" * 32)], asked=asked(workspace))
    with pytest.raises(NotFound):
        join(workspace, "unknown", "ada")


def test_a_program_for_customers_takes_who_has_bought(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["customers"])
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")) + friend_buys("cid", 1, ("o2", 0, "EUR")))
    assert good(join(workspace, "customers", "ben")).new
    for nobody in ("cid", "unknown"):
        assert refusal(join(workspace, "customers", nobody)) == "customers_only"
    assert not Identity.objects.filter(value="unknown").exists()
    import_customers([Customer((("customer_id", "cid"),))], workspace=workspace, now=day(2))
    assert good(join(workspace, "customers", "cid", 3)).new


def test_a_program_by_invitation_takes_who_is_invited(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["invite_only"])
    assert refusal(join(workspace, "invite_only", "ada")) == "invitation_needed"
    assert good(join(workspace, "invite_only", "ada", invited=True)).new
    assert good(join(workspace, "invite_only", "ada")).new is False


def test_enrolling_at_once_makes_one_advocate(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["open"])
    answers = at_once(*[lambda: join(workspace, "open", "ada")] * 8)
    assert sorted(good(a).new for a in answers if isinstance(a, Performed)) == [False] * 7 + [True]
    assert (Advocate.objects.count(), ShareLink.objects.count(), Person.objects.count()) == (1, 1, 1)


def test_a_suspended_advocate_binds_nobody_new_and_keeps_who_was_bound(database: Database) -> None:
    workspace = ben_buys()
    advocate = Advocate.objects.get(person_id=person(workspace, "ada")).id.hex
    good(suspend(advocate, asked=asked(workspace), note="odd orders"))
    good(suspend(advocate, asked=asked(workspace)))
    assert Act.objects.filter(verb="advocate.suspend").count() == 1
    tell(workspace, friend_buys("cid", 3, ("o2", 5_000, "EUR")))
    assert Referral.objects.get(friend_id=person(workspace, "cid")).reason == "advocate_suspended"
    assert Referral.objects.get(friend_id=person(workspace, "ben")).status == "converted"
    good(resume(advocate, asked=asked(workspace, 4)))
    tell(workspace, friend_buys("dan", 5, ("o3", 5_000, "EUR")))
    assert Referral.objects.get(friend_id=person(workspace, "dan")).status == "converted"
    assert_books_balance(workspace)


def test_a_merged_advocate_is_suspended_as_a_whole(database: Database) -> None:
    workspace = ben_buys()
    tell(workspace, friend_buys("cid", 2, ("o2", 5_000, "EUR"), by="adele"))
    ada, adele = person(workspace, "ada"), person(workspace, "adele")
    good(merge(ada, duplicate=adele, asked=asked(workspace, 3)))
    good(suspend(Advocate.objects.get(person_id=adele).id.hex, asked=asked(workspace, 4)))
    assert set(Advocate.objects.filter(person_id__in=[ada, adele]).values_list("status", flat=True)) == {"suspended"}
    assert good(enrol("give-ten", identities=[("person", adele)], asked=asked(workspace, 5))).new is False


def test_a_link_has_a_chosen_or_a_made_code(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["open"])
    ada, eva = (good(join(workspace, "open", name)).advocate for name in ("ada", "eva"))
    assert good(create_link(ada, asked=asked(workspace), label="Flyer", code=" ada-10 ")).code == "ADA-10"
    assert len(good(create_link(ada, asked=asked(workspace))).code) == 8
    assert refusal(create_link(eva, asked=asked(workspace), code="Ada-10")) == "code_taken"
    slug = ShareLink.objects.filter(person_id=person(workspace, "ada")).first()
    assert slug is not None
    assert refusal(create_link(eva, asked=asked(workspace), code=slug.slug)) == "code_taken"
    for wrong in ("ab", "A" * 33, "ADA 10", "-ADA", "ADA_10", "ĄDA10", ""):
        assert refusal(create_link(eva, asked=asked(workspace), code=wrong)) == "invalid_code"
    assert refusal(create_link(eva, asked=asked(workspace), label="a\tb")) == "invalid_label"
    buy = {"type": "purchase", "person": "ben", "order": "o1", "amount_minor": 5_000, "currency": "EUR"}
    tell(workspace, [{"id": "b1", "after": 3 * 86400, "code": "ada-10", **buy}])
    assert Referral.objects.get().status == "converted"


def test_one_code_asked_for_at_once_is_given_once(database: Database) -> None:
    workspace = a_workspace(BY_ACCESS["open"])
    ada = good(join(workspace, "open", "ada")).advocate
    answers = at_once(*[lambda: create_link(ada, asked=asked(workspace), code="SPRING")] * 6)
    performed = [a for a in answers if isinstance(a, Performed)]
    assert len(performed) == 6, answers
    assert {refusal(p) for p in performed if p.refusal} == {"code_taken"}
    assert ShareLink.objects.filter(code="SPRING").count() == 1


# -- a20: circles and oneself -----------------------------------------------------------------------------------------------


def test_a20_nobody_recommends_themselves_or_who_recommended_them(database: Database) -> None:
    workspace = ben_buys()
    tell(workspace, friend_buys("ada", 3, ("o2", 5_000, "EUR"), by="ben"))
    tell(workspace, friend_buys("eva", 3, ("o3", 5_000, "EUR"), by="eva"))
    reasons = {name: Referral.objects.get(friend_id=person(workspace, name)).reason for name in ("ada", "eva")}
    assert reasons == {"ada": "circular_referral", "eva": "self_referral"}
    assert len(rewards(workspace)) == 2
    assert_books_balance(workspace)


def test_a20_a_circle_within_one_batch_is_seen(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    story = friend_buys("ben", 1, ("o1", 5_000, "EUR")) + friend_buys("ada", 3, ("o2", 5_000, "EUR"), by="ben")
    tell(workspace, story, at_once=10)
    assert Referral.objects.get(friend_id=person(workspace, "ada")).reason == "circular_referral"
    assert_books_balance(workspace)


# -- customers --------------------------------------------------------------------------------------------------------------


def rows(*given: tuple[str, str | None]) -> list[Customer]:
    return [
        Customer((("customer_id", name),), parse_instant(f"{since}T00:00:00Z") if since else None, since is not None)
        for name, since in given
    ]


def test_customers_are_not_new_friends(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    known = rows(("ben", "2026-02-01"), ("cid", "2026-04-01"), ("dan", None))
    assert import_customers(known, workspace=workspace, now=day(0)) == (3, 0, ())
    for name in ("ben", "cid", "dan", "eve"):
        tell(workspace, friend_buys(name, 1, (f"o-{name}", 5_000, "EUR")))
    refused = {n: Referral.objects.get(friend_id=person(workspace, n)).reason for n in ("ben", "cid", "dan", "eve")}
    assert refused == {"ben": "existing_customer", "cid": None, "dan": "existing_customer", "eve": None}
    assert_books_balance(workspace)


def test_an_import_again_changes_nothing_and_an_earlier_date_counts(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    known = rows(("ben", "2026-03-05"), ("dan", None))
    import_customers(known, workspace=workspace, now=day(0))
    before = Event.objects.count()
    assert import_customers(known, workspace=workspace, now=day(5)) == (0, 2, ())
    assert Event.objects.count() == before
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")))
    assert Referral.objects.get(friend_id=person(workspace, "ben")).status == "converted"
    assert import_customers(rows(("ben", "2026-02-01")), workspace=workspace, now=day(6)) == (1, 0, ())
    ben = Referral.objects.get(friend_id=person(workspace, "ben"))
    assert (ben.status, ben.reason) == ("refused", "existing_customer")
    assert {r.state for r in rewards(workspace)} == {"reversed"}
    assert import_customers(rows(("ben", "2026-06-01")), workspace=workspace, now=day(7)).recorded == 1
    assert Referral.objects.get(friend_id=person(workspace, "ben")).status == "refused"
    assert Finding.objects.filter(kind="event_conflict").count() == 0
    assert_books_balance(workspace)


def test_an_address_that_a_later_row_adds_is_the_customers(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    (only,) = rows(("cid", "2026-02-01"))
    both = only._replace(identities=(("customer_id", "cid"), ("email", "cid@example.com")))
    import_customers([only], workspace=workspace, now=day(0))
    assert [import_customers([both], workspace=workspace, now=day(0))[:2] for _ in range(2)] == [(1, 0), (0, 1)]
    signup, *more = friend_buys("cid", 1, ("o1", 5_000, "EUR"))
    tell(workspace, [{**event, "person": {"email": "cid@example.com"}} for event in (signup, *more)])
    assert (Referral.objects.get().reason, rewards(workspace)) == ("existing_customer", [])


def test_events_of_customers_show_nothing_of_who_they_are(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    import_customers([Customer((MAIL,), None)], workspace=workspace, now=day(0))
    event = Event.objects.get()
    assert "ada" not in event.external_id
    with pytest.raises(ValueError, match="identity"):
        import_customers([Customer(())], workspace=workspace, now=day(0))


# -- the operator's small acts ----------------------------------------------------------------------------------------------


def test_findings_are_listed_and_resolved(database: Database) -> None:
    workspace = ben_buys()
    tell(workspace, [{"id": "s1", "type": "signup", "after": 3 * 86400, "person": "eva", "code": "NOPE"}])
    with reading() as session:
        (found,) = findings(session, workspace)
        assert (found.kind, found.resolved_at) == ("unknown_code", None)
        assert good(resolve_finding(found.id, asked=asked(workspace, 4), note="typo")).resolved_at == day(4)
        assert good(resolve_finding(found.id, asked=asked(workspace, 5))).resolved_at == day(4)
        assert findings(session, workspace) == []
        assert [f.id for f in findings(session, workspace, resolved=True)] == [found.id]
        assert findings(session, workspace, resolved=None, kind="other") == []
        assert findings(session, workspace, resolved=None, before=found.id) == []
    with pytest.raises(NotFound):
        resolve_finding("0" * 32, asked=asked(workspace))


def test_the_lateness_of_a_workspace_is_set(database: Database) -> None:
    workspace = a_workspace(GIVE_TEN)
    assert good(set_contact({}, asked=asked(workspace), lateness_days=7)).lateness_days == 7
    assert Workspace.objects.get().lateness_days == 7
    before = Workspace.objects.get().name
    assert refusal(set_contact({}, asked=asked(workspace), lateness_days=-1)) == "invalid_contact"
    said = set_contact({"name": "Lost"}, asked=asked(workspace), lateness_days=3651)
    assert (refusal(said), Workspace.objects.get().name) == ("invalid_contact", before)
    tell(workspace, friend_buys("ben", 1, ("o1", 5_000, "EUR")))
    assert Act.objects.filter(verb="workspace.lateness").count() == 1


def test_programs_are_read_anew_after_a_merge(database: Database) -> None:
    """A merge counts as a change of the programs: whoever decides at that moment decides again."""
    workspace = ben_buys()
    before = Workspace.objects.get().programs_version
    good(merge(person(workspace, "ada"), duplicate=person(workspace, "ben"), asked=asked(workspace)))
    assert Workspace.objects.get().programs_version == before + 1
