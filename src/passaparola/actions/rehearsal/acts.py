"""What persons did in a history, done again in memory where it bears on rewards."""

from dataclasses import replace

from passaparola.actions.acting import NotFound, Refusal
from passaparola.actions.advocates.join import join
from passaparola.actions.advocates.standing import ACTIVE, SUSPENDED
from passaparola.actions.credit.till import Till
from passaparola.actions.effects import book_changes
from passaparola.actions.events.overlay import PROVISIONAL
from passaparola.actions.ledger.replayers import REPLAYERS
from passaparola.actions.payables.hand_over import book_lines, book_return
from passaparola.actions.people.merge import merge_into
from passaparola.actions.programs.contests import CLOSE
from passaparola.actions.referrals.settle import settle
from passaparola.actions.rehearsal.checkouts import AT_CHECKOUTS, let_lapse
from passaparola.actions.rehearsal.contests import close_as_then
from passaparola.actions.rehearsal.history import Deed
from passaparola.actions.rehearsal.memory import Memory
from passaparola.actions.rehearsal.stage import Again, Stage, cause_of
from passaparola.actions.rewards.give import Grant, book_grant, rule_by_staff
from passaparola.actions.rewards.operate import STEPS, claimed
from passaparola.actions.rewards.pause import let_go
from passaparola.actions.rewards.queue import RELEASE, most_of, release_batch
from passaparola.domain.attribution.bind import ProgramVersions
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.reasons import Reason
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.payables import owed_of, refused_handover


def _apply(stage: Stage, deed: Deed) -> bool:
    """A new version goes live; in the place of the trial program the trial program goes live, or on, if it was paused or had ended."""
    slug, given = deed.act.subject, deed.act.input
    if not given["live"]:  # a draft: perhaps its program never was
        return True
    key = stage.keys[slug]
    if key == stage.trial and stage.fixed:
        stage.stand_in(deed.act.at)
        _set_status(stage, key, ProgramStatus.ACTIVE)
        tried = stage.memory.programs[key].live
        read, _ = read_program(given["document"], key=key, version=tried.version, effective_from=tried.effective_from)
        stage.as_live = read is not None and _with_status(read, tried.status) == tried
        return True
    program, findings = read_program(
        given["document"], key=key, version=given["version"], effective_from=deed.act.at, source=slug
    )
    if program is None:
        raise NotFound(f"{slug} version {given['version']} cannot be read: {findings[0].sentence()}")
    before = stage.memory.programs.get(key)
    older = [_with_status(v, ProgramStatus.ACTIVE) for v in before.versions] if before else []
    live = _with_status(program, ProgramStatus.ACTIVE)
    stage.put_program(key, ProgramVersions((*older, live), live))
    return True


def _status(stage: Stage, deed: Deed) -> bool:
    """What was refused then changed nothing: the program had the same status as it has here."""
    refused = "refused" in deed.act.input
    return refused or _set_status(stage, stage.keys[deed.act.subject], ProgramStatus(deed.act.input["status"]))


def _set_status(stage: Stage, key: str, status: ProgramStatus) -> bool:
    known = stage.memory.programs.get(key)
    if known is None:
        return False
    versions = tuple(_with_status(v, status) for v in known.versions)
    stage.put_program(key, ProgramVersions(versions, _with_status(known.live, status)))
    return True


def _with_status(program: Program, status: ProgramStatus) -> Program:
    return replace(program, status=status)


_STEPS = {**STEPS, "reward.claim": claimed}


def _reward(stage: Stage, deed: Deed) -> bool:
    reward = stage.reward(deed)
    if reward is None:
        return False
    desk = stage.desk(deed)
    change = _STEPS[deed.act.verb](reward, stage.memory, desk)
    cause = cause_of(deed)
    booked = book_changes([change], cause, stage.memory, stage.plan, at=desk.now)[0].after
    if deed.act.verb == "reward.approve":
        stage.approved.add(booked.id)
    else:
        stage.approved.discard(booked.id)
    return True


def _grant(stage: Stage, deed: Deed) -> bool:
    """Under the id it had then: it is the reward's occasion."""
    given, memory = deed.act.input, stage.memory
    key = stage.keys.get(given["program"], "")
    versions = memory.programs.get(key)
    if versions is None:
        return False
    rule = rule_by_staff(versions.live, given["rule"])
    book_grant(Grant(key, rule, memory.root(given["person"]), given["grant"]), cause_of(deed), memory, stage.desk(deed))
    return True


def _fulfil(stage: Stage, deed: Deed) -> bool:
    """All that is owed here of what was handed over then. False when there is one among them of which nothing is."""
    given, memory = deed.act.input, stage.memory
    rewards = [stage.reward_named(deed.rewards.get(key)) for key in given["rewards"]]
    owed = [
        reward for reward in rewards if reward is not None and refused_handover(reward, missing=(), told=None) is None
    ]
    for reward in owed:
        memory.handed[reward.id].append(owed_of(reward))
    book_lines(owed, given["reference"], given.get("run", ""), _till(stage, deed))
    return len(owed) == len(rewards)


def _unfulfil(stage: Stage, deed: Deed) -> bool:
    reward = stage.reward(deed)
    lines = stage.memory.handed.get(reward.id) if reward is not None else None
    if reward is None or not lines:
        return False
    book_return(reward, lines.pop(), _till(stage, deed))
    return True


def _till(stage: Stage, deed: Deed) -> Till:
    return Till(stage.memory, stage.plan, cause_of(deed), deed.act.at)


def _choose(stage: Stage, deed: Deed) -> bool:
    given, key = deed.act.input, stage.keys.get(deed.act.subject, "")
    versions = stage.memory.programs.get(key)
    wish = (given["rule"], given["choice"])
    if versions is None or wish not in {(rule.id, rule.choice) for rule in versions.live.rules}:
        return False
    place = (key, stage.memory.root(given["person"]), given["choice"])
    stage.memory.choices[place], stage.memory.wished[place] = given["rule"], deed.act.at
    return True


def _join_choices(memory: Memory, keep: str, gone: str) -> None:
    """Of two persons who are one from now on the latest wish counts."""
    for key, versions in memory.programs.items():
        for choice in {rule.choice for version in versions.versions for rule in version.rules if rule.choice}:
            mine, other = (key, keep, choice), (key, gone, choice)
            if other in memory.choices and memory.wished[other] >= memory.wished.get(mine, 0):
                memory.choices[mine], memory.wished[mine] = memory.choices[other], memory.wished[other]


def _enrol(stage: Stage, deed: Deed) -> bool:
    """Whoever was let in then is let in here: who may join is not asked again."""
    given = deed.act.input
    versions = stage.memory.programs.get(stage.keys.get(given["program"], ""))
    if versions is None:
        return False
    provisional = bool(given.get("provisional", False))
    join(versions.live, given["person"], stage.memory, stage.plan, deed.act.at, provisional=provisional)
    return True


def _parts(stage: Stage, deed: Deed) -> list[tuple[str, str]]:
    """The advocate that an act names, with everybody who was merged with them: (program, person)."""
    slug, person = deed.people.get(deed.act.subject, ("", ""))
    key = stage.keys.get(slug, "")
    parts = [(key, member) for member in stage.memory.group(person)]
    return [part for part in parts if part in stage.memory.advocates]


def _standing(status: str) -> Again:
    def again(stage: Stage, deed: Deed) -> bool:
        parts = _parts(stage, deed)
        for part in parts:
            stage.memory.advocates[part] = status
        return bool(parts)

    return again


def _confirm(stage: Stage, deed: Deed) -> bool:
    parts = _parts(stage, deed)
    unconfirmed = [part for part in parts if stage.memory.advocates[part] == PROVISIONAL]
    for part in unconfirmed:
        stage.memory.advocates[part] = ACTIVE
    if unconfirmed:
        people = {person for _, person in parts}
        waiting = [
            r for r in _waiting(stage, Reason.ADVOCATE_UNCONFIRMED)
            if r.program == unconfirmed[0][0] and r.beneficiary in people
        ]  # fmt: skip
        let_go(waiting, stage.memory, stage.desk(deed), cause_of(deed))
    return bool(parts)


def _waiting(stage: Stage, reason: Reason) -> list[Reward]:
    waiting = [reward for reward in stage.figures.waiting.values() if reward.reason == reason]
    return [stage.memory.reward_now(reward) for reward in sorted(waiting, key=lambda r: r.id)]


def _pause(stage: Stage, _: Deed) -> bool:
    stage.memory.workspace = replace(stage.memory.workspace, rewards_paused=True)
    return True


def _resume(stage: Stage, deed: Deed) -> bool:
    memory = stage.memory
    memory.workspace = replace(memory.workspace, rewards_paused=False)
    raised = sorted(key for key, said in stage.figures.last.items() if Reason.REWARDS_PAUSED in said[0])
    let_go(_waiting(stage, Reason.REWARDS_PAUSED), memory, stage.desk(deed), cause_of(deed))
    for key in raised:
        case = memory.holder(key)
        if case is not None:
            versions = memory.programs[case.program]
            settle(case, versions, memory, stage.plan, cause=cause_of(deed), now=deed.act.at)
    return True


def _merge(stage: Stage, deed: Deed) -> bool:
    memory, keep, gone = stage.memory, deed.act.subject, deed.act.input["duplicate"]
    both = (*memory.group(keep), *memory.group(gone))
    cases = [c for p in stage.everything for m in both if (c := memory.cases.get((p, m))) is not None]
    _join_choices(memory, memory.root(keep), memory.root(gone))
    merge_into(keep, gone, stage.desk(deed))
    for place in ((p, m) for p in stage.everything for m in both if m != memory.root(m)):
        memory.cases.pop(place, None)
    for case in cases:  # each lies in its place from now on
        if case.status == "merged":
            stage.merged[(case.program, case.friend)] = case.id
    for case in cases:
        memory.keep(case)
    return True


def _clock(stage: Stage, deed: Deed) -> bool:
    let_lapse(stage, deed)
    stage.work.fall_due(deed.act.input["until"], now=deed.act.at)
    return True


def _release(stage: Stage, deed: Deed) -> bool:
    release_batch(stage.desk(deed), most_of(deed.act.input))
    return True


DONE_AGAIN: dict[str, Again] = {
    "program.apply": _apply,
    "program.status": _status,
    **dict.fromkeys(_STEPS, _reward),
    "reward.grant": _grant,
    "reward.fulfil": _fulfil,
    "reward.unfulfil": _unfulfil,
    "reward.choose": _choose,
    "advocate.enrol": _enrol,
    "advocate.admit": _enrol,
    "advocate.confirm": _confirm,
    "advocate.suspend": _standing(SUSPENDED),
    "advocate.resume": _standing(ACTIVE),
    "rewards.pause": _pause,
    "rewards.resume": _resume,
    "person.merge": _merge,
    "clock.run": _clock,
    RELEASE: _release,
    CLOSE: close_as_then,
    **AT_CHECKOUTS,
}
ON_REWARDS = frozenset({*_STEPS, *AT_CHECKOUTS, "reward.grant", "reward.fulfil", "reward.unfulfil"})
_NOTHING = REPLAYERS["person.create"]
MOVES_NOTHING = frozenset(
    {verb for verb, replayer in REPLAYERS.items() if replayer is _NOTHING and verb not in DONE_AGAIN}
    | {"link.create", "link.switch"}
)


def do_again(stage: Stage, deed: Deed) -> bool:
    """Do one act again. False when it came to nothing here, and had not then."""
    stage.figures.acting = True
    try:
        return DONE_AGAIN[deed.act.verb](stage, deed)
    except Refusal:
        return "refused" in deed.act.input
    finally:
        stage.figures.acting = False
