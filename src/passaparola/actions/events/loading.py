"""Gather what a batch needs into its overlay: about a dozen statements, however many events there are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from passaparola.actions.events.gates import load_gates
from passaparola.actions.events.mailboxes import load_mailboxes
from passaparola.actions.events.overlay import BEGINS, Case, Overlay, find_person, names_a_visit
from passaparola.actions.events.recall import recalled
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.attribution.segments import SEGMENT
from passaparola.domain.events.event import Event, EventType
from passaparola.domain.instant import Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.programs.compiled import Structure
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import count_key, limit_keys
from passaparola.domain.rewards.stock import stock_keys
from passaparola.domain.rewards.tallies import tally_keys
from passaparola.store.read import gather
from passaparola.store.read.gather import WorkspaceRow
from passaparola.store.read.paces import counted_friends
from passaparola.store.read.people import facts_of
from passaparola.store.read.preferences import preferences
from passaparola.store.session import Session


def load(
    session: Session,
    workspace: WorkspaceRow,
    programs: dict[str, ProgramVersions],
    events: Sequence[Event],
    *,
    due_until: Instant | None = None,
    keys: Keyring | None = None,  # to know forgotten addresses by
    due_limit: int = 1_000_000,  # an import lets everything fall due that was due before its next event
) -> Overlay:
    """Gather what the events need: about a dozen statements, however many events there are."""
    overlay = Overlay(workspace, programs)
    load_aliases(session, overlay)
    if due_until is not None:
        overlay.due = gather.due_rewards(session, workspace.id, due_until, due_limit)
    _load_events(session, overlay, events)
    _load_people(session, overlay, events, keys)
    _load_orders_and_visits(session, overlay, events)
    load_gates(session, overlay, events)
    load_mailboxes(session, overlay, events)
    _load_segments(session, overlay, events)
    friends = _friends(overlay, events)
    due_referrals = {r.referral for r in overlay.due if r.referral}
    load_cases(session, overlay, friends, due_referrals)
    _load_history(session, overlay, friends)
    load_parties(session, overlay, _advocates(overlay, events), friends, [event.at for event in events])
    return overlay


def load_aliases(session: Session, overlay: Overlay) -> None:
    """Who was merged with whom. Nothing to read while nobody was."""
    if overlay.workspace.merges:
        for alias, root in gather.aliases(session, overlay.workspace.id).items():
            overlay.alias(alias, root)


def _load_events(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    by_source: dict[str, set[str]] = defaultdict(set)
    for event in events:
        by_source[event.source].add(event.id)
    for source, ids in sorted(by_source.items()):
        for stored in gather.known_events(session, overlay.workspace.id, source, sorted(ids)):
            overlay.events[(stored.source, stored.external_id)] = stored
    _load_visits(session, overlay, {event.visit for event in events if event.visit})


def _load_visits(session: Session, overlay: Overlay, tokens: set[str]) -> None:
    missing = sorted(tokens - set(overlay.visits))
    if missing:
        for visit in gather.visits_by_token(session, overlay.workspace.id, missing):
            overlay.visits[visit.external_id].append(visit)


def _load_people(session: Session, overlay: Overlay, events: Sequence[Event], keys: Keyring | None) -> None:
    wanted = {i for e in events for i in (*e.person, *e.to, *e.referred_by)}
    own = {value for kind, value in wanted if kind == "person"}
    others = {i for i in wanted if i[0] != "person"}
    if own:
        overlay.known_people = gather.known_people(session, overlay.workspace.id, own)
    if others:
        overlay.people = gather.people_by_identity(session, overlay.workspace.id, others)
        overlay.recalled = recalled(session, overlay.workspace, others - overlay.people.keys(), keys)
    codes = sorted({event.code for event in events if event.code})
    if codes:
        overlay.links = gather.links_by_code(session, overlay.workspace.id, codes)


def _load_orders_and_visits(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    orders = sorted({e.order for e in events if e.order and e.type in (EventType.PURCHASE, EventType.REFUND)})
    if orders:
        for stored in gather.events_by_order(session, overlay.workspace.id, orders):
            if stored.type == EventType.PURCHASE:
                overlay.purchases[stored.order_key or ""] = stored
            elif stored.type == EventType.REFUND:
                overlay.refunds[stored.order_key or ""].append(stored)
    visits = sorted({e.id for e in events if e.type == EventType.VISIT})
    if visits:
        for stored in gather.events_naming_visits(session, overlay.workspace.id, visits):
            if names_a_visit(stored):
                overlay.waiting[stored.visit_ref or ""].append(stored)
    links = {v.link for found in overlay.visits.values() for v in found if v.link}
    if links:
        overlay.links_by_id = gather.links_by_id(session, overlay.workspace.id, links)
    overlay.links_by_id.update({link.id: link for link in overlay.links.values()})


def _load_segments(session: Session, overlay: Overlay, events: Sequence[Event]) -> None:
    """In which segment the firm counts whom these events name, where the windows of a program go by segment."""
    if not any(version.segments for found in overlay.programs.values() for version in found.versions):
        return
    named = {told for event in events for told in (event.person, event.to, event.referred_by) if told}
    people = {person for told in named if (person := find_person(overlay, told)) is not None}
    for person, facts in facts_of(session, overlay.workspace.id, people).items() if people else ():
        if SEGMENT in facts:
            overlay.segments[person] = str(facts[SEGMENT])


def _friends(overlay: Overlay, events: Sequence[Event]) -> set[str]:
    """Persons known already whose referrals these events may change."""
    found: set[str] = set()
    for event in events:
        identities = event.to if event.type == EventType.SHARE else event.person
        person = find_person(overlay, identities) if identities else None
        if person is not None:
            found.add(person)
        if event.order and event.order in overlay.purchases and overlay.purchases[event.order].person:
            found.add(overlay.root(overlay.purchases[event.order].person or ""))
        if event.type == EventType.VISIT:
            found.update(overlay.root(e.person or "") for e in overlay.waiting.get(event.id, ()))
    return found


def load_cases(session: Session, overlay: Overlay, friends: set[str], referrals: Iterable[str] = ()) -> None:
    """The referrals of these friends in every program, their rewards, and those of the referrals named."""
    members = {m for friend in friends for m in overlay.group(friend)}
    rows = gather.referrals_of(session, overlay.workspace.id, sorted(overlay.programs), members) if members else []
    extra = set(referrals) - {r.id for r in rows}
    if extra:
        more = gather.referrals_by_id(session, overlay.workspace.id, extra)
        whole = overlay.roots or overlay.rivals
        others = {m for r in more if whole for m in overlay.group(r.friend)} - members
        if (
            others
        ):  # of a merged person, or one whom several programs want: the referrals of everybody who is that person
            more += gather.referrals_of(session, overlay.workspace.id, sorted(overlay.programs), others)
        rows = list({r.id: r for r in [*rows, *more]}.values())
    for row in rows:
        overlay.keep(Case(row.id, row.program, row.friend, row.state, row.revision, row.status, {}, row.has_rewards))
    with_rewards = {row.id for row in rows if row.has_rewards}
    if with_rewards:
        for reward in gather.rewards_of_referrals(session, overlay.workspace.id, with_rewards):
            overlay.put_reward(reward)


def _load_history(session: Session, overlay: Overlay, friends: set[str]) -> None:
    """A referral is begun from all that is known of the friend, so a program that starts later knows earlier orders."""
    begins = [key for key, versions in overlay.programs.items() if versions.live.status in BEGINS]
    lacking = {f for f in friends if any((program, f) not in overlay.cases for program in begins)}
    load_history(session, overlay, lacking)


def load_history(session: Session, overlay: Overlay, friends: set[str]) -> None:
    """All stored events of these friends, and what those events name."""
    if not friends:
        return
    members = {m for friend in friends for m in overlay.group(friend)}
    stored = gather.events_of_people(session, overlay.workspace.id, members)
    shares = gather.shares_to(session, overlay.workspace.id, members)
    orders = sorted({e.order_key for e in stored if e.type == EventType.PURCHASE and e.order_key})
    refunds = gather.events_by_order(session, overlay.workspace.id, orders) if orders else []
    by_id = {e.id: e for e in [*stored, *refunds]}
    for event in by_id.values():
        if event.type == EventType.REFUND:
            overlay.refunds[event.order_key or ""] = [
                *[r for r in overlay.refunds[event.order_key or ""] if r.id != event.id],
                event,
            ]
        if event.type != EventType.SHARE and event.person:
            overlay.history[overlay.root(event.person)].append(event)
    for share in shares:
        overlay.history[overlay.root(share.other_person or "")].append(share)
    _load_visits(session, overlay, {e.visit_ref for e in stored if e.visit_ref})
    visits = [v for found in overlay.visits.values() for v in found]
    links = {e.link for e in [*by_id.values(), *visits] if e.link} - set(overlay.links_by_id)
    if links:
        overlay.links_by_id.update(gather.links_by_id(session, overlay.workspace.id, links))


def _advocates(overlay: Overlay, events: Sequence[Event]) -> set[str]:
    """Everybody who may be a contender, or may join by being named."""
    found = {overlay.root(link.person) for link in [*overlay.links.values(), *overlay.links_by_id.values()]}
    found |= {overlay.root(v.other_person) for visits in overlay.visits.values() for v in visits if v.other_person}
    for event in events:
        named = event.person if event.type == EventType.SHARE else event.referred_by
        person = find_person(overlay, named) if named else None
        if person is not None:
            found.add(person)
    for stored in (e for history in overlay.history.values() for e in history):
        person = stored.person if stored.type == EventType.SHARE else stored.other_person
        if person is not None:
            found.add(overlay.root(person))
    return found


def load_parties(
    session: Session, overlay: Overlay, advocates: set[str], friends: set[str], times: Iterable[Instant] = ()
) -> None:
    """Who is enrolled, who brought the contenders, what counters and milestones stand at. `times`: when else something may be earned."""
    for case in overlay.by_id.values():  # also the second referral of a person who is being merged
        state = case.state
        advocates.update(overlay.root(t.advocate) for t in state.all_touches())
        advocates.update(
            overlay.root(a) for a in (state.counted_for, state.concluded and state.concluded.advocate) if a
        )
    members = {m for a in advocates | friends for m in overlay.group(a)}
    if members:
        overlay.advocates = gather.advocates_of(session, overlay.workspace.id, members)
    enrolled = {person for _, person in overlay.advocates}
    if enrolled & {m for f in friends for m in overlay.group(f)} and advocates:
        group = {m for a in advocates for m in overlay.group(a)}
        found = gather.referrers_of(session, overlay.workspace.id, group)
        overlay.referrers = {(p, overlay.root(f)): overlay.root(a) for (p, f), a in found.items()}
    _load_limits(session, overlay, advocates, friends, times)
    _load_choices(session, overlay, advocates | friends)


def _load_limits(
    session: Session, overlay: Overlay, advocates: set[str], friends: set[str], times: Iterable[Instant]
) -> None:
    keys: set[str] = set()
    counting: list[str] = []
    paced: list[str] = []
    moments: set[Instant] | None = None
    for key, versions in overlay.programs.items():
        if versions.live.has_periods and moments is None:
            moments = _moments(overlay, times)
        referrals = [case.id for case in overlay.by_id.values() if case.program == key] if versions.live.caps else ()
        keys.update(limit_keys(versions.live, advocates, friends, referrals, moments or ()))
        keys.update(stock_keys(versions.live))
        used = {structure for v in versions.versions for structure in v.structures}
        if any(v.counts for v in versions.versions):
            counting.append(key)
            keys.update(count_key(key, a) for a in advocates)
            keys.update(tally_keys(key, versions.versions, advocates))
        if Structure.FREQUENCY in used:
            paced.append(key)
    if keys:
        overlay.counters = gather.counters(session, overlay.workspace.id, keys)
    found: list[Reward] = []
    if counting and advocates:
        group = {m for a in advocates for m in overlay.group(a)}
        found = gather.milestone_rewards(session, overlay.workspace.id, sorted(counting), group)
    for reward in [*found, *(due for due in overlay.due if due.referral is None)]:
        overlay.put_reward(reward)
    if paced and advocates:
        _load_paces(session, overlay, paced, {m for a in advocates for m in overlay.group(a)})
    if moments is not None and (more := {r.earned_at for r in found} - moments):
        others = {k for p in overlay.programs.values() for k in limit_keys(p.live, advocates, friends, (), more)} - keys
        overlay.counters.update(gather.counters(session, overlay.workspace.id, others) if others else {})


def _load_choices(session: Session, overlay: Overlay, everybody: set[str]) -> None:
    """What these people would rather have, where a program lets them choose."""
    choosing = [
        key
        for key, found in overlay.programs.items()
        if any(version.alternatives and any(rule.choice for rule in version.rules) for version in found.versions)
    ]
    if choosing and everybody:
        people = {member for person in everybody for member in overlay.group(person)}
        for program, person, choice, rule in preferences(session, overlay.workspace.id, choosing, people):
            overlay.choices[(program, overlay.root(person), choice)] = rule


def _load_paces(session: Session, overlay: Overlay, programs: list[str], advocates: set[str]) -> None:
    """When the friends of these advocates were counted, where a program gives something for their frequency: one statement."""
    for program, advocate, referral, at in counted_friends(session, overlay.workspace.id, programs, advocates):
        overlay.paces[(program, overlay.root(advocate))][referral] = at


def _moments(overlay: Overlay, times: Iterable[Instant]) -> set[Instant]:
    """When something was or may be earned, by the facts at hand: limits with a period count by it."""
    found = {*times, *(reward.earned_at for reward in overlay.due)}
    found.update(event.at for history in overlay.history.values() for event in history)
    visits = any(versions.visits_arrive for versions in overlay.programs.values())
    for case in overlay.by_id.values():
        found.update(touch.at for touch in case.state.touches.values() if visits and touch.own)
        found.update(order.at for order in case.state.orders.values())
        found.update(reached.at for reached in case.state.stages.values())
        found.update(reward.earned_at for reward in case.rewards.values())
        if case.state.signup is not None:
            found.add(case.state.signup[0])
    return found
