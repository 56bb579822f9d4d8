"""Findings about program files as JSON."""

from dataclasses import asdict
from typing import Any

from passaparola.domain.programs import Finding


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding, with its sentence."""
    return {**asdict(finding), "sentence": finding.sentence()}
