"""What programs have in common, for pages and mails that are of no single one: the language, and the word for who comes."""

from collections.abc import Iterable

from passaparola.domain.programs.compiled import Program, ProgramStatus
from passaparola.domain.programs.languages import Language
from passaparola.domain.programs.subjects import Subject

_RUNS = (ProgramStatus.ACTIVE, ProgramStatus.PAUSED)


def spoken_by(programs: Iterable[Program]) -> str:
    """The language of the oldest program that runs, else of the oldest; English where there is none."""
    known = sorted(programs, key=lambda program: (program.status not in _RUNS, program.key))
    return str(known[0].language) if known else str(Language.EN)


def subject_of(programs: Iterable[Program]) -> str:
    """The one subject of all of them; where they differ, or there is none, whoever comes is a friend."""
    subjects = {str(program.subject) for program in programs}
    return subjects.pop() if len(subjects) == 1 else str(Subject.CUSTOMER)
