"""The state machines of a program that is stored: of its live version, or of its newest draft."""

from passaparola.domain.programs import read_program
from passaparola.domain.programs.flow import Flow, flow_of
from passaparola.domain.tongue import EXACT, Tongue
from passaparola.store.read.catalogue import NoSuchProgram, find_program, version_document
from passaparola.store.read.snapshot import snapshot


def flow_of_program(workspace: str, name: str, tongue: Tongue = EXACT) -> Flow:
    """By slug or `prg_…`. Raises NoSuchProgram."""
    with snapshot() as session:
        entry = find_program(session, workspace, name)
        number = entry.live_version or entry.newest
        found = version_document(session, workspace, entry.key, number)
    program, _ = read_program(found[0] if found else "", key=entry.key, version=number, effective_from=0)
    if program is None:
        raise NoSuchProgram(f"Version {number} of {entry.slug} cannot be read by this passaparola")
    return flow_of(program, tongue)
