"""Every variable that the settings read is described in docs/settings.md, and nothing else is."""

import ast
import re

from tests.house.source import ROOT, SRC, Module, modules, none_of, spelt

VARIABLE = re.compile(r"PASSAPAROLA_[A-Z0-9_]+|DATABASE_[A-Z0-9_]+")
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \|", re.MULTILINE)
SETTINGS = SRC / "passaparola" / "config" / "settings.py"
PAGE = ROOT / "docs" / "settings.md"


def variables_read(text: str) -> set[str]:
    """The names given to `env.…("NAME")`; a secret may come from NAME_FILE as well."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and spelt(node.func.value) == "env"
        ):
            continue
        if node.func.attr != "refuse_unknown":
            name = ast.literal_eval(node.args[0])
            found |= {name, f"{name}_FILE"} if node.func.attr == "secret" else {name}
    return found


def variables_named(module: Module) -> set[str]:
    return {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and VARIABLE.fullmatch(node.value)
    }


def environment_reads(module: Module) -> list[str]:
    return [
        f"{module.name}:{line} uses {name}"
        for line, name in module.names
        if name in {"os.environ", "os.getenv", "os.environb"}
    ]


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert variables_read(SETTINGS.read_text(encoding="utf-8")) == set(ROW.findall(PAGE.read_text(encoding="utf-8")))


def test_no_other_variable_is_named_in_the_source() -> None:
    documented = set(ROW.findall(PAGE.read_text(encoding="utf-8")))
    assert {module.name: unknown for module in modules() if (unknown := variables_named(module) - documented)} == {}


def test_only_the_edges_read_the_environment() -> None:
    inner = [module for module in modules() if module.layer not in {"config", "inbound"}]
    none_of([finding for module in inner for finding in environment_reads(module)])


def test_a_planted_variable_is_caught() -> None:
    planted = 'PORT = env.text("PASSAPAROLA_PORT", "8000")\nKEY = env.secret("PASSAPAROLA_KEY")'
    assert variables_read(planted) == {"PASSAPAROLA_PORT", "PASSAPAROLA_KEY", "PASSAPAROLA_KEY_FILE"}
    assert variables_named(Module("passaparola.store.apps", planted)) == {"PASSAPAROLA_PORT", "PASSAPAROLA_KEY"}
    assert environment_reads(Module("passaparola.store.apps", "from os import environ as e\ne['PORT']"))
