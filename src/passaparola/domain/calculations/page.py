"""docs/calculations.md, written from the catalogue. After a change write it there: a test compares the two."""

import shlex

from passaparola.domain.calculations.calculation import LABELS, Calculation, Example
from passaparola.domain.calculations.catalogue import TOPICS
from passaparola.domain.calculations.parameters import Parameter

_BEGINNING = """# Calculations

What a program may cost and bring, how fast something grows, and how loud the buzz is: on the command line as below, and as
`POST /api/v1/calculations/NAME` with the fields beside each option ([the API](api.md#calculations)). Nothing is read from your data
and nothing is stored. `passaparola calc` lists them all.

- **Exact**: shares and numbers are fractions, amounts whole minor units; only what is shown is rounded, half away from zero (a reward
  that you can afford: down). Doubling times are logarithms to 60 digits.
- **Percentages** are written `"65 %"`, `65%` or `0.65`, on the command line and in the API alike. Without the sign a number is a
  fraction of one, so `65` alone is refused for a share. A change above 10 needs the sign: `"+3900 %"` is ×40; `16` alone might mean
  16 % or 1,600 %.
- **Amounts** are decimal texts with a currency on the command line (`80.00`), and whole minor units in the API (`8000`).
- **Numbers** have digits, a point, and at most six digits behind it; no separators. In the API they are JSON numbers or texts.
- **Expected numbers** of people are not rounded to whole ones: 8.1 customers is what it says.
- **What is wrong** is said for all values at once, by name, with what was found, what was expected and how to mend it: exit code 2,
  and in the API 422 with the names in `reasons`.
- **Answers for programs** have each figure as `text`; as `value` (a decimal text; percentages as fractions of one) or `minor` with
  `currency`; and `exact`, the fraction before rounding (of minor units), which is null for a logarithm or a root.

This page is made from the calculations in the code (`domain/calculations/`), and its examples run as tests.
"""


def page_text() -> str:
    """The whole page."""
    sections = [_section(found) for topic in TOPICS.values() for found in topic]
    return "\n".join([_BEGINNING, _contents(), *sections])


def command_of(calculation: Calculation, example: Example) -> str:
    """The command line of an example."""
    options = {parameter.name: parameter.option for parameter in calculation.parameters}
    given = [f"{options[name]} {shlex.quote(text).replace(chr(39), chr(34))}" for name, text in example.given.items()]
    return " ".join(["passaparola calc", calculation.name, *given])


def _contents() -> str:
    rows = [
        f"| {topic if found is entries[0] else ''} | [`{found.name}`](#passaparola-calc-{found.name}) | {found.sentence} |"
        for topic, entries in TOPICS.items()
        for found in entries
    ]
    return "\n".join(["| Topic | Name | |", "|---|---|---|", *rows, ""])


def _section(found: Calculation) -> str:
    options = [
        *(_row(parameter) for parameter in found.parameters),
        "| `--json` |  | the answer for programs, as the API gives it |  |",
    ]
    about = [f"- **{label}**: {found.about(label)}" for label in LABELS]
    worked = [line for example in found.examples for line in _worked(found, example)]
    heading = [f"## `passaparola calc {found.name}`", "", found.sentence, "", *about, ""]
    return "\n".join([*heading, "| Option | API field | | Default |", "|---|---|---|---|", *options, "", *worked])


def _row(parameter: Parameter) -> str:
    default = "required" if parameter.required else f"`{parameter.default}`" if parameter.default else "left out"
    return f"| `{parameter.option}` | `{parameter.field}` | {parameter.help}: {parameter.written} | {default} |"


def _worked(found: Calculation, example: Example) -> list[str]:
    figures = found.answer(example.given).figures()
    rows = [f"| `{figure.name}` | {figure.words} | {figures[figure.name]} |" for figure in found.figures]
    command = ["```", command_of(found, example), "```", ""]
    return [*command, "| Figure | | |", "|---|---|---|", *rows, ""]
