"""The program files that are part of the installation, read where they are installed."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from passaparola.domain.programs import read_program
from passaparola.domain.programs.gallery import GALLERY, Template, Vertical

FOLDER = Path(__file__).parents[1] / "templates"


class NoSuchTemplate(LookupError):
    """No shipped file goes by this name."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A template, its file, and the name and type it says."""

    template: Template
    document: str
    title: str
    type: str


def shipped(vertical: Vertical | None = None) -> list[Shipped]:
    """The files that are there, by name; of one vertical or of all."""
    wanted = [t for t in GALLERY if vertical is None or vertical in t.verticals]
    return [_shipped(t) for t in wanted if (FOLDER / f"{t.name}.yaml").is_file()]


def template_named(name: str) -> Shipped:
    """By its file's name, with or without what stands behind `x01`. Raises NoSuchTemplate."""
    plain = name.removesuffix(".yaml")
    found = [s for s in shipped() if s.template.name == plain]
    found = found or [s for s in shipped() if s.template.name.partition("-")[0] == plain]
    if not found:
        raise NoSuchTemplate(
            f"There is no template {name[:80]!r}. `passaparola program templates` shows which there are"
        )
    return found[0]


@cache
def _shipped(template: Template) -> Shipped:
    text = (FOLDER / f"{template.name}.yaml").read_text(encoding="utf-8")
    program, _ = read_program(text, key="0" * 32, version=1, effective_from=0)
    kind = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("type:")), "customer")
    return Shipped(template, text, program.name if program else template.name, kind)
