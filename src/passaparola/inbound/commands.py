"""What the command line asks to be written: named commands with JSON in and JSON out, done here or by the running server alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings

from passaparola.actions.acting import Asked, NotFound, Refusal, done
from passaparola.actions.clock import ClockReport, fall_due, run_clock
from passaparola.actions.documents import reward_document
from passaparola.actions.everywhere import MAIL, REWARDS
from passaparola.actions.imports.customers import import_customer_lines
from passaparola.actions.imports.events import UnableToImport, import_events
from passaparola.actions.imports.referrals import Entering, import_referrals
from passaparola.actions.keys.scopes import UnknownScope
from passaparola.actions.messages.statements import UnableToReadMonth
from passaparola.actions.operators import (
    UnableToChangeOperator,
    add_operator,
    give_role,
    reset_operator,
    role_of,
    set_active,
)
from passaparola.actions.people.change import rename
from passaparola.actions.programs.apply import Applied, Ground, UnableToApplyProgram, apply_file
from passaparola.actions.programs.plans import record_plan
from passaparola.actions.programs.rollback import UnableToRollBack, roll_back
from passaparola.actions.rewards.give import give
from passaparola.actions.sandboxes import UnableToMakeWorkspace, create_workspace, move_clock
from passaparola.actions.workspaces import DEFAULT_SLUG, ensure_workspace
from passaparola.domain.instant import SECOND, UnableToReadInstant, iso, parse_instant
from passaparola.domain.origins import UnableToReadOrigin
from passaparola.domain.people.identity import UnableToReadIdentity
from passaparola.inbound.access import (
    end_invitation,
    exclude_from,
    include_in,
    make_invitation,
    person_key,
    say_facts_of,
)
from passaparola.inbound.chosen import CHOSEN
from passaparola.inbound.cli.findings import finding_row
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.keys import end_key, make_key
from passaparola.inbound.payout_files import confirm_lines
from passaparola.inbound.placements import close_placement, make_placement
from passaparola.inbound.quotes import decide_quote, say_quote
from passaparola.inbound.switches import (
    add_suppression,
    change_workspace,
    remove_suppression,
    send_statements,
    switch_everywhere,
    switch_mail,
    switch_rewards,
)
from passaparola.inbound.today import now, now_in
from passaparola.inbound.web.operators.accounts import setup_path
from passaparola.inbound.webhooks import (
    add_webhook,
    replay_webhook,
    retry_outbox,
    rotate_webhook,
    switch_webhook,
    try_webhook,
)
from passaparola.store.read.catalogue import NoSuchProgram, default_workspace
from passaparola.store.read.gather import people_by_identity
from passaparola.store.read.snapshot import reading

ACTOR = "command line"
IN_WORKSPACE = "in_workspace"  # in the arguments of any command: the workspace it is for
SAID_AS_THEY_ARE = (
    UnableToImport,
    UnableToMakeWorkspace,
    UnableToRollBack,
    NoSuchProgram,
    NotFound,
    UnknownScope,
    UnableToChangeOperator,
    UnableToReadInstant,
    UnableToReadIdentity,
    UnableToReadMonth,
    UnableToReadOrigin,
)


class CommandFailed(Exception):
    """The command was understood and could not be done; nothing was changed. `detail` is JSON."""

    def __init__(self, message: str, detail: Mapping[str, Any] | None = None):
        super().__init__(message)
        self.message, self.detail = message, dict(detail or {})


def run_command(name: str, arguments: Mapping[str, Any]) -> Any:
    """Do one command. Raises CommandFailed with what a person should read; anything else is a defect."""
    command = COMMANDS.get(name)
    if command is None:
        raise CommandFailed(f"{name!r} is no command of this version. Is another version running?")
    given = dict(arguments)
    chosen = CHOSEN.set(given.pop(IN_WORKSPACE, None))
    try:
        return command(**given)
    except UnableToApplyProgram as problem:
        raise CommandFailed(str(problem), {"findings": [finding_row(f) for f in problem.findings]}) from problem
    except Refusal as problem:
        raise CommandFailed(problem.message, {"reason": problem.reason}) from problem
    except SAID_AS_THEY_ARE as problem:
        raise CommandFailed(str(problem)) from problem
    finally:
        CHOSEN.reset(chosen)


def workspace_id() -> str:
    """The workspace that was chosen; the default one is made when there is none. Raises CommandFailed for any other."""
    slug = CHOSEN.get() or DEFAULT_SLUG
    with reading() as session:
        known = default_workspace(session, slug)
    if known is None and slug != DEFAULT_SLUG:
        raise CommandFailed(f"There is no workspace {slug!r}. `passaparola workspace list` shows which there are")
    return known or ensure_workspace(now=now())


def _apply(document: str, source: str, plan: str | None = None, without_goal: str | None = None) -> dict[str, Any]:
    ground = Ground(plan=plan, without_goal=without_goal)
    return _applied(done(apply_file(document, asked=_asked(), source=source, ground=ground)))


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "id": f"prg_{applied.key}",
        "program": applied.slug,
        "version": applied.version,
        "live": applied.live,
        "changed": applied.changed,
        "findings": [finding_row(f) for f in applied.findings],
    }


def _import_events(lines: Sequence[tuple[int, Any]], source: str) -> dict[str, Any]:
    key = workspace_id()
    return asdict(import_events(lines, workspace=key, now=now_in(key), keys=the_keyring(), source=source))


def _import_customers(lines: Sequence[tuple[int, Any]]) -> dict[str, Any]:
    key = workspace_id()
    return asdict(import_customer_lines(lines, workspace=key, now=now_in(key), keys=the_keyring()))


def _import_referrals(lines: Sequence[tuple[int, Any]], program: str) -> dict[str, Any]:
    return asdict(import_referrals(lines, Entering(program, _asked(), the_keyring(), trusted=True)))


def _add_referral(line: Mapping[str, Any], program: str, organic: bool) -> dict[str, Any]:
    asked = _asked()
    told = {**line, "at": line["at"] or iso(asked.now)}
    return asdict(import_referrals([(1, told)], Entering(program, asked, the_keyring(), organic, trusted=organic)))


def _run_clock(verify: bool = False) -> dict[str, Any]:
    key = workspace_id()
    return _clock_row(run_clock(key, now=now_in(key), keys=the_keyring(), verify=verify))


def _fall_due() -> dict[str, int]:
    key = workspace_id()
    return {"steps": fall_due(key, now=now_in(key))}


def _clock_row(report: ClockReport) -> dict[str, Any]:
    return {
        "until": iso(report.until),
        "steps": report.steps,
        "sealed": report.sealed,
        "contests": report.contests,
        "keys_forgotten": report.keys_forgotten,
        "violations": [{**asdict(v), "sentence": v.sentence()} for v in report.violations],
    }


def _operator(user: Any, *, link: bool = False) -> dict[str, Any]:
    workspace_id()  # an installation that has staff has something to show them
    said = {"name": user.get_username(), "email": user.email, "role": role_of(user) or "", "active": user.is_active}
    return {**said, "link": f"{settings.STAFF_URL or settings.PUBLIC_URL}{setup_path(user)}"} if link else said


def _asked() -> Asked:
    key = workspace_id()
    return Asked(key, now_in(key), ACTOR)


def _create_workspace(slug: str, sandbox: bool, at: str | None) -> dict[str, Any]:
    begins = now() if at is None else parse_instant(at)
    key = create_workspace(slug, sandbox=sandbox, at=begins)
    return {"workspace": slug, "id": f"wsp_{key}", "sandbox": sandbox, "clock_at": iso(begins) if sandbox else None}


def _move_clock(to: str | None = None, seconds: int = 0) -> dict[str, Any]:
    """Move the sandbox's clock, then let fall due what is due by then."""
    wanted = None if to is None else parse_instant(to)
    moved = done(move_clock(to=wanted, by=seconds * SECOND, asked=_asked()))
    report = run_clock(workspace_id(), now=moved.now, keys=the_keyring())
    return {"before": iso(moved.before), "now": iso(moved.now), "steps": report.steps}


def _name_people(names: Mapping[str, str]) -> int:
    """Give people, named by the shop's customer id, the names they are called by. How many were known."""
    with reading() as session:
        known = people_by_identity(session, workspace_id(), [("customer_id", who) for who in names])
    for (_, who), person in sorted(known.items()):
        done(rename(person, name=names[who], asked=_asked()))
    return len(known)


def _grant(person: str, **given: str) -> dict[str, Any]:
    return reward_document(done(give(person_key(workspace_id(), person), asked=_asked(), **given)))


COMMANDS: dict[str, Callable[..., Any]] = {
    "program.apply": _apply,
    "program.plan": lambda **given: done(record_plan(**given, asked=_asked())),
    "program.rollback": lambda program, to: _applied(done(roll_back(program, to=to, asked=_asked()))),
    "events.import.batch": _import_events,
    "customers.import.batch": _import_customers,
    "referrals.import.batch": _import_referrals,
    "referrals.add": _add_referral,
    "people.name": _name_people,
    "clock.batch": _fall_due,
    "clock.run": _run_clock,
    "clock.move": _move_clock,
    "workspace.create": _create_workspace,
    "workspace.set": lambda **given: change_workspace(_asked(), **given),
    "mail.pause": lambda note: switch_mail(_asked(), paused=True, note=note),
    "mail.resume": lambda note: switch_mail(_asked(), paused=False, note=note),
    "mail.pause.all": lambda note: switch_everywhere(MAIL, ACTOR, paused=True, note=note),
    "mail.resume.all": lambda note: switch_everywhere(MAIL, ACTOR, paused=False, note=note),
    "reward.grant": _grant,
    "person.facts": lambda **given: say_facts_of(_asked(), **given),
    "advocate.exclude": lambda **given: exclude_from(_asked(), **given),
    "advocate.include": lambda **given: include_in(_asked(), **given),
    "invitation.create": lambda **given: make_invitation(_asked(), **given),
    "invitation.revoke": lambda invitation: end_invitation(_asked(), invitation),
    "placement.add": lambda **given: make_placement(_asked(), **given),
    "placement.end": lambda placement: close_placement(_asked(), placement),
    "quote.add": lambda **given: say_quote(_asked(), **given),
    "quote.decide": lambda **given: decide_quote(_asked(), **given),
    "rewards.pause": lambda note: switch_rewards(_asked(), paused=True, note=note),
    "rewards.resume": lambda note: switch_rewards(_asked(), paused=False, note=note),
    "rewards.pause.all": lambda note: switch_everywhere(REWARDS, ACTOR, paused=True, note=note),
    "rewards.resume.all": lambda note: switch_everywhere(REWARDS, ACTOR, paused=False, note=note),
    "suppression.add": lambda **given: add_suppression(_asked(), **given),
    "suppression.remove": lambda **given: remove_suppression(_asked(), **given),
    "statements.send": lambda month: send_statements(_asked(), month=month),
    "apikey.create": lambda **given: make_key(_asked(), **given),
    "webhook.add": lambda **given: add_webhook(_asked(), **given),
    "webhook.rotate": lambda webhook: rotate_webhook(_asked(), webhook=webhook),
    "webhook.replay": lambda webhook, since: replay_webhook(_asked(), webhook=webhook, since=since),
    "webhook.switch": lambda webhook, to: switch_webhook(_asked(), webhook=webhook, to=to),
    "webhook.test": lambda webhook: try_webhook(_asked(), webhook=webhook),
    "outbox.retry": lambda: retry_outbox(_asked()),
    "payouts.confirm": lambda lines: confirm_lines(_asked(), lines),
    "apikey.revoke": lambda key: end_key(_asked(), key),
    "operator.add": lambda name, **given: _operator(done(add_operator(name, asked=_asked(), **given)), link=True),
    "operator.role": lambda name, role: _operator(done(give_role(name, role=role, asked=_asked()))),
    "operator.reset": lambda name: _operator(done(reset_operator(name, asked=_asked())), link=True),
    "operator.active": lambda name, active: _operator(done(set_active(name, active=active, asked=_asked()))),
}
