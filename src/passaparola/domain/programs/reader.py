"""Reading a program file: from YAML text to a program, or to everything that is wrong with it at once."""

from collections.abc import Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.programs.checks import check
from passaparola.domain.programs.checks_scale import scale_fits
from passaparola.domain.programs.compile import compile_program
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.document import ProgramDocument
from passaparola.domain.programs.findings import Finding, Wrong
from passaparola.domain.programs.parts import parts_of
from passaparola.domain.programs.reading import read_yaml
from passaparola.domain.programs.tree import Path, plain
from passaparola.domain.programs.validating import finding, validate


def read_program(
    text: str, *, key: str, version: int, effective_from: Instant, source: str = "program.yaml"
) -> tuple[Program | None, list[Finding]]:
    """The program of a YAML text, and what is to be said about the text, in the order of its lines.

    There is a program unless a finding is an error. Pure: the same text gives an equal program. Never raises for
    any text, and its time is bounded: 256 KiB, 12 levels and 5,000 values at most. `source` only names the file.
    """
    document, findings = read_document(text, source=source)
    if document is None:
        return None, findings
    return compile_program(document, text, key=key, version=version, effective_from=effective_from), findings


def read_document(text: str, *, source: str = "program.yaml") -> tuple[ProgramDocument | None, list[Finding]]:
    """The file as it is written, None when a finding is an error, and the findings. As pure and bounded as `read_program`."""
    root, findings = read_yaml(text, source)
    if root is None:
        return None, _in_order(findings)
    document, wrongs = validate(root)
    values = plain(root)
    wrongs += check(parts_of(values))
    if isinstance(values, dict) and "scale" in values:
        wrongs += scale_fits(document, values, check)
    findings += [finding(root, path, wrong, source) for path, wrong in wrongs]
    if any(f.severity == "error" for f in findings):
        document = None
    return document, _in_order(findings)


def with_warnings(
    text: str, findings: Sequence[Finding], warnings: Sequence[tuple[Path, Wrong]], source: str = "program.yaml"
) -> list[Finding]:
    """The findings about a text with more that is known of it, at its place, in the order of the lines."""
    root, _ = read_yaml(text, source)
    if root is None:
        return list(findings)
    return _in_order([*findings, *(finding(root, path, wrong, source) for path, wrong in warnings)])


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.line, f.column, f.path, f.reason))
