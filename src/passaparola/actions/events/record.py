"""Record events: gather the facts, decide one after another on an overlay, write in bulk, commit once, then answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from passaparola.actions.conflicts import retrying
from passaparola.actions.counters import IDEMPOTENCY_CONFLICTS, count_events, count_held_back, count_rewards
from passaparola.actions.events.loading import load
from passaparola.actions.events.overlay import is_brought
from passaparola.actions.events.work import FRIEND_BOUND, Recorded, Work
from passaparola.actions.programs.live import live_programs
from passaparola.actions.visits.tokens import visit_event
from passaparola.domain.events.event import BY_STAFF, Event
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.tokens import Clicked
from passaparola.domain.values import value
from passaparola.store.read.gather import workspace_row
from passaparola.store.read.idempotency import Keyed, Scope, StoredAnswer, stored_answers
from passaparola.store.session import writing
from passaparola.store.write.idempotency import keep_events
from passaparola.store.write.plan import Plan, write
from passaparola.store.write.visits import confirm_visits


@value(frozen=True, slots=True)
class Arrival:
    """An event and how it came. `now` is the time it is decided with."""

    event: Event
    now: Instant
    until_due: bool = False  # first let fall due what was due before it (imports)
    trusted_past: bool = False  # an operator's import: any past date counts
    visit: Clicked | None = None  # a visit through our own link, whose token came with the event: recorded first


@value(frozen=True, slots=True)
class Submission:
    """Events that one caller sent together, under one idempotency key or none."""

    arrivals: tuple[Arrival, ...]
    keyed: Keyed | None = None


@dataclass(slots=True)
class Answer:
    """The outcome of each event, in order. `replayed`: the key was known and nothing was done. `mismatch`: known with other input."""

    events: list[Recorded] = field(default_factory=list)
    replayed: bool = False
    at: Instant = 0  # replayed: when it was answered first
    mismatch: bool = False
    failed: str | None = None  # this submission could not be written although it was tried alone


def record_events(arrivals: Sequence[Arrival], *, workspace: str, keys: Keyring | None = None) -> list[Answer]:
    """Record events one by one, each with its own outcome, in as few commits as possible."""
    return record_submissions([Submission((arrival,)) for arrival in arrivals], workspace=workspace, keys=keys)


def record_submissions(
    submissions: Sequence[Submission],
    *,
    workspace: str,
    keys: Keyring | None = None,
    before_commit: Callable[[], None] = lambda: None,
) -> list[Answer]:
    """Decide and store what several callers sent, in one commit; answers in the same order, after the commit.

    A conflict with another writer is decided again; after three tries in halves, down to the culprit, which fails alone. `before_commit`
    is called when everything is written and the disk is waited for next: what else the process has to do costs nothing then. `keys` know
    the addresses of invited friends who were forgotten: without them an event with an unknown address fails where any are kept.
    """
    return retrying(
        list(submissions), lambda part: _once(part, workspace, keys, before_commit), lambda _, why: Answer(failed=why)
    )


def _once(
    submissions: Sequence[Submission], workspace: str, keys: Keyring | None, before_commit: Callable[[], None]
) -> list[Answer]:
    arrivals = [a for s in submissions for a in s.arrivals]
    visits = {a.visit.visit: a.visit for a in arrivals if a.visit is not None}
    keyed = [s.keyed for s in submissions if s.keyed is not None]
    with writing() as session:
        row = workspace_row(session, workspace)
        programs = live_programs(session, row)
        until = max((a.now for a in arrivals if a.until_due), default=None)
        answered = stored_answers(session, workspace, keyed) if keyed else {}
        events = (
            [*(visit_event(v) for v in visits.values()), *(a.event for a in arrivals)]
            if visits
            else [a.event for a in arrivals]
        )
        overlay = load(session, row, programs, events, due_until=until, keys=keys)
        plan = Plan(workspace, row.programs_version, at=max((a.now for a in arrivals), default=0), sandbox=row.sandbox)
        work = Work(overlay, plan)
        answers = [_submission(s, work, answered) for s in submissions]
        if visits:
            confirm_visits(session, workspace, list(visits.values()), plan.at)
        write(session, plan)
        before_commit()
    count_rewards(plan)
    count_held_back(plan)
    count_events(
        (a.event.source, r.outcome)
        for s, answer in zip(submissions, answers, strict=True)
        if not answer.replayed
        for a, r in zip(s.arrivals, answer.events, strict=False)
    )
    return answers


def _submission(submission: Submission, work: Work, answered: dict[Scope, StoredAnswer]) -> Answer:
    keyed = submission.keyed
    if keyed is not None:
        known = answered.get(keyed.scope)
        if known is not None:
            return replay(known, keyed)
    answer = Answer([_one(a, work) for a in submission.arrivals])
    if keyed is not None and any(r.event for r in answer.events):
        kept = [(r.event, r.external_id, r.outcome) for r in answer.events]
        answered[keyed.scope] = keep_events(work.plan, keyed, kept, submission.arrivals[-1].now)
    return answer


def replay(known: StoredAnswer, keyed: Keyed) -> Answer:
    """The answer given before; nothing is done again."""
    if known.fingerprint != keyed.fingerprint:
        IDEMPOTENCY_CONFLICTS.inc()
        return Answer(mismatch=True)
    return Answer([Recorded(*kept) for kept in known.events or []], replayed=True, at=known.at)


def _one(arrival: Arrival, work: Work) -> Recorded:
    if arrival.until_due:
        work.fall_due(arrival.now)
    if arrival.visit is not None:  # its time is as good as our signature, however long ago it was
        work.record(visit_event(arrival.visit), now=arrival.now, until_due=arrival.until_due)
    event, overlay = arrival.event, work.overlay
    if event.source in BY_STAFF and (event.source, event.id) not in overlay.events and is_brought(overlay, event):
        return Recorded("", event.id, FRIEND_BOUND)
    oldest = arrival.now - overlay.workspace.lateness_days * DAY
    late = not arrival.trusted_past and event.at < oldest
    return work.record(event, now=arrival.now, late=late, until_due=arrival.until_due)
