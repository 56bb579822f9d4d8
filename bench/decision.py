"""(f) Microseconds of one `decide` with its explanation, as text."""

import random
import statistics
import time
from dataclasses import replace
from typing import Any

import orjson

from passaparola.domain.attribution.bind import AdvocateFacts, ProgramVersions
from passaparola.domain.decide import decide
from passaparola.domain.decision import Decision, ReferralFacts, World
from passaparola.domain.programs import read_program
from passaparola.domain.referrals.state import FriendState, Order, Touch, TouchKind

ROUNDS = 5
DAY = 86_400_000_000
START = 1_700_000_000_000_000


def case(document: str, seed: int) -> tuple[ReferralFacts, ProgramVersions, World, int]:
    """A friend with three touches, a sign-up and a first paid order: both sides are to be rewarded."""
    draw = random.Random(seed)
    program, findings = read_program(document, key=f"{seed:032x}", version=1, effective_from=START - 400 * DAY)
    if program is None:
        raise RuntimeError(str(findings))
    advocates = [f"{draw.getrandbits(128):032x}" for _ in range(3)]
    state = FriendState()
    for n, advocate in enumerate(advocates):
        kind = (TouchKind.NAMED, TouchKind.VISIT, TouchKind.EMAIL)[n]
        named = (START + DAY, "s1") if kind == TouchKind.NAMED else None
        state.touch(Touch(f"{kind}:{n}", START + n, f"e{n}", kind, advocate, None, named))
    state.sign_up(START + DAY, "s1")
    state.order(Order("o1", START + 2 * DAY, "o1", 4144, program.currency))
    facts = ReferralFacts(f"{draw.getrandbits(128):032x}", f"{draw.getrandbits(128):032x}", state, {})
    world = World({a: AdvocateFacts(a) for a in advocates}, {}, {})
    return facts, ProgramVersions((program,), program), world, START + 2 * DAY


def one(facts: ReferralFacts, versions: ProgramVersions, world: World, now: int) -> tuple[Decision, bytes]:
    decision = decide(facts, versions, world, now=now)
    return decision, orjson.dumps(decision.explanation)


def measure(document: str, repeats: int) -> dict[str, Any]:
    """The median of five rounds, in µs, of a decision that rewards both sides."""
    given = [case(document, seed) for seed in range(50)]
    decision, explanation = one(*given[0])
    if len(decision.changes) != 2 or decision.status != "converted":
        raise RuntimeError("the case does not convert")
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for n in range(repeats):
            one(*given[n % 50])
        rounds.append((time.process_time() - began) / repeats * 1e6)
    fresh = replace(given[0][0], state=given[0][0].state)
    return {
        "microseconds": statistics.median(rounds),
        "rounds": rounds,
        "bytes": len(explanation),
        "changes": len(decision.changes),
        "touches": len(fresh.state.touches),
    }
