"""The step of joining that asks to refer: whether to show it to somebody, and how many of those who were asked refer."""

from collections import defaultdict
from dataclasses import dataclass

from passaparola.domain.people.identity import Identity
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Onboarding
from passaparola.domain.programs.onboarding import asks, stages_done
from passaparola.store.read.catalogue import find_program, version_document
from passaparola.store.read.gather import people_by_identity
from passaparola.store.read.pages import one_person
from passaparola.store.read.snapshot import Session, snapshot

DONE = """
SELECT e.stage FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'stage' AND e.person_id = any{people:uuid}"""
EVERYBODY = """
SELECT COALESCE(p.alias_of_id, e.person_id), e.stage FROM store_event e LEFT JOIN store_person p ON p.id = e.person_id
  WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'stage' AND e.person_id IS NOT NULL AND e.stage LIKE 'onboarding%%'"""
REFERRING = """
SELECT COALESCE(p.alias_of_id, r.advocate_person_id) FROM store_referral r LEFT JOIN store_person p ON p.id = r.advocate_person_id
  WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid AND r.advocate_person_id IS NOT NULL
UNION SELECT COALESCE(p.alias_of_id, e.person_id) FROM store_event e LEFT JOIN store_person p ON p.id = e.person_id
  WHERE e.workspace_id = %(ws)s::uuid AND e.type = 'share' AND e.person_id IS NOT NULL"""


class NoOnboarding(LookupError):
    """The program's file names no stages of joining."""


@dataclass(frozen=True, slots=True)
class Step:
    """One person: which stages are done, and whether to show the step that asks."""

    stages: int
    referral_step: int
    done: list[int]
    show: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """How many came as far as the step that asks (`asked`), and how many of them shared or brought a friend (`referred`)."""

    asked: int
    referred: int


def step_for(workspace: str, program: str, identity: Identity) -> Step:
    """What to show to a person; to somebody unknown nothing. Raises NoSuchProgram, NoOnboarding."""
    with snapshot() as session:
        onboarding, _ = _onboarding(session, workspace, program)
        people = _group(session, workspace, identity)
        rows = session.rows(DONE, ws=workspace, people=people) if people else []
    done = stages_done(row[0] or "" for row in rows)
    return Step(onboarding.stages, onboarding.referral_step, done, bool(people) and asks(onboarding, done))


def conversion_of(workspace: str, program: str) -> Asked:
    """How well the step works. Merged persons count once. Raises NoSuchProgram, NoOnboarding."""
    with snapshot() as session:
        onboarding, key = _onboarding(session, workspace, program)
        words: dict[str, list[str]] = defaultdict(list)
        for person, word in session.rows(EVERYBODY, ws=workspace):
            words[person].append(word)
        referring = {row[0] for row in session.rows(REFERRING, ws=workspace, program=key)}
    ahead = set(range(1, onboarding.referral_step))
    asked = {person for person, told in words.items() if ahead.issubset(stages_done(told))}
    return Asked(len(asked), len(asked & referring))


def _onboarding(session: Session, workspace: str, name: str) -> tuple[Onboarding, str]:
    entry = find_program(session, workspace, name)
    number = entry.live_version or entry.newest
    found = version_document(session, workspace, entry.key, number)
    program, _ = read_program(found[0], key=entry.key, version=number, effective_from=0) if found else (None, [])
    if program is None or program.onboarding is None:
        raise NoOnboarding(
            f"{entry.slug} names no stages: add `onboarding: {{stages: 6, referral_step: 6}}` to its file"
        )
    return program.onboarding, entry.key


def _group(session: Session, workspace: str, identity: Identity) -> list[str]:
    person = (
        identity[1] if identity[0] == "person" else people_by_identity(session, workspace, [identity]).get(identity)
    )
    return one_person(session, workspace, person) if person else []
