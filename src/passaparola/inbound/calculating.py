"""Calculations as documents: what there is, for the command line and the API."""

from typing import Any

from passaparola.domain.calculations.calculation import LABELS, Calculation
from passaparola.domain.calculations.parameters import Parameter


def calculation_document(found: Calculation, topic: str) -> dict[str, Any]:
    """One calculation with what it takes and gives, its formula, source and caveat."""
    return {
        "name": found.name,
        "topic": topic,
        "sentence": found.sentence,
        **{label.lower(): found.about(label) for label in LABELS},
        "parameters": [_parameter(parameter) for parameter in found.parameters],
        "figures": [
            {"name": f.name, "words": f.words, "kind": str(f.kind), "unit": f.unit, "many": f.many}
            for f in found.figures
        ],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "field": parameter.field,
        "option": parameter.option,
        "kind": str(parameter.kind),
        "help": parameter.help,
        "written": parameter.written,
        "required": parameter.required,
        "default": parameter.default,
        "choices": list(parameter.choices),
    }
