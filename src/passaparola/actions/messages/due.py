"""What is mailed when: a friend came, a reward was issued, waits, or was taken back. A listener of the outbox.

Mail tells what has just happened. A notice is news when both it and what caused it (the event's own time, the moment a hold ended) are at
most two days old: an import of history decides at the times of its events, so its notices are old and nobody is mailed about them.
One person gets one mail for all that the listener hears at once of one program; each step is told once, whatever is handed out again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from passaparola.actions.messages.languages import languages_for
from passaparola.actions.messages.queue import MessageKind, NewMessage, note_told, queue_message
from passaparola.actions.outbox.listening import FanOut
from passaparola.actions.programs.live import live_programs
from passaparola.domain.instant import DAY, Instant
from passaparola.domain.keyring import address_mac
from passaparola.domain.notices import Notice
from passaparola.domain.programs.compiled import Side
from passaparola.domain.values import value
from passaparola.store.read import gather
from passaparola.store.read import messages as read
from passaparola.store.read.gather import workspace_row
from passaparola.store.session import Session

FRESH: Instant = 2 * DAY
JOINED = frozenset({"referral.bound", "referral.converted"})
STEPS = frozenset({"pending", "issued", "restored", "reversed", "cancelled", "denied"})


@value(frozen=True, slots=True)
class Step:
    """One thing to tell one person. `reward` is None where it is that a friend came."""

    key: str
    person: str
    program: str
    subject: str
    reward: str | None = None
    step: str = ""
    advocate: bool = True


def messages_due(session: Session, workspace: str, notices: Sequence[Notice], out: FanOut) -> None:
    """Queue a mail for everybody who has an address and whom the notices concern. Who wants no mail is sorted out when it is sent."""
    news = [n for n in notices if _tells(n) and out.now - n.at <= FRESH]
    if news:
        news = _caused_lately(session, workspace, news, out.now)
    steps = [*_joined(session, workspace, news), *_rewarded(session, workspace, news)] if news else []
    if not steps:
        return
    people = read.everybody_as(session, workspace, {s.person for s in steps})
    standing = read.standing_advocates(session, workspace, people)
    known = read.known_keys(session, workspace, [s.key for s in steps])
    taking_part = {(program, people[person]) for program, person in standing}
    groups: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in steps:
        root = people.get(step.person)
        if root is not None and step.key not in known and (not step.advocate or (step.program, root) in taking_part):
            groups[(root, step.program)].append(step)
    addresses = read.addresses_of(session, workspace, people)
    _queue(session, groups, addresses, out)


def _tells(notice: Notice) -> bool:
    noun, _, step = notice.topic.partition(".")
    return notice.topic in JOINED or (noun == "reward" and step in STEPS)


def _caused_lately(session: Session, workspace: str, news: list[Notice], now: Instant) -> list[Notice]:
    """Without what was told or done now about something that happened long ago."""
    named = {n.cause: n.cause.split(":") for n in news}
    events = read.event_times(session, workspace, [parts[1] for parts in named.values() if parts[0] == "event"])
    times = {cause: _moment(parts, events) for cause, parts in named.items()}
    return [n for n in news if (at := times[n.cause]) is None or now - at <= FRESH]


def _moment(parts: list[str], events: dict[str, Instant]) -> Instant | None:
    """When a cause was: an event's own time, the moment a due time was reached; None for what a person did, which is now."""
    if parts[0] == "event":
        return events.get(parts[1])
    return int(parts[2]) if parts[0] == "due" and len(parts) > 2 else None


def _joined(session: Session, workspace: str, news: Iterable[Notice]) -> list[Step]:
    bound = read.bound_advocates(session, workspace, [n.subject for n in news if n.topic in JOINED])
    return [
        Step(f"joined:{referral}:{person}", person, program, referral) for referral, (program, person) in bound.items()
    ]


def _rewarded(session: Session, workspace: str, news: Sequence[Notice]) -> list[Step]:
    last = {n.subject: n for n in news if n.topic not in JOINED}  # the last step of each is the one to tell
    found = gather.rewards_by_id(session, workspace, last) if last else []
    steps = []
    for reward in found:
        step, cause = last[reward.id].topic.partition(".")[2], last[reward.id].cause
        key = f"reward:{reward.id}:{step}" + ("" if step == "pending" else f":{cause}")
        mine = reward.side == Side.ADVOCATE
        steps.append(Step(key, reward.beneficiary, reward.program, reward.referral or "", reward.id, step, mine))
    return steps


def _queue(session: Session, groups: dict[tuple[str, str], list[Step]], addresses: dict[str, str], out: FanOut) -> None:
    macs = {root: address_mac(out.keys, addresses[root]) for root, _ in groups if root in addresses}
    languages = languages_for(session, out.plan.workspace, macs)
    unknown = [root for root in macs if root not in languages]
    spoken = programs_languages(session, out.plan.workspace) if unknown else {}
    for (root, program), steps in sorted(groups.items()):
        if root in macs:
            language = languages.get(root) or spoken.get(program, "en")
            _one(root, program, sorted(steps, key=lambda s: s.key), addresses[root], language, out)


def programs_languages(session: Session, workspace: str) -> dict[str, str]:
    """In which language each program speaks to whoever was never written to."""
    programs = live_programs(session, workspace_row(session, workspace))
    return {key: str(versions.live.language) for key, versions in programs.items()}


def _one(root: str, program: str, steps: list[Step], address: str, language: str, out: FanOut) -> None:
    """One mail for all these steps; each step besides the first leaves a mark that it was told."""
    rewards = [[s.reward, s.step] for s in steps if s.reward]
    joined = [s.subject for s in steps if not s.reward]
    kind = MessageKind.REWARD if rewards else MessageKind.FRIEND_JOINED
    facts = {"steps": rewards, "joined": bool(joined)} if rewards else {"referral": joined[0]}
    mail = NewMessage(steps[0].key, kind, address, language, root, program, facts)
    key = queue_message(out.plan, out.keys, mail, out.now)
    for step in steps[1:]:
        note_told(out.plan, out.keys, NewMessage(step.key, kind, address, language, root, program), key, out.now)
