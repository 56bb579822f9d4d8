"""Sizes, names and docstrings, as CONTRIBUTING.md asks for them."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, Module, modules, none_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONG_FILES: dict[str, int] = {}  # a file that cannot be shorter, and the number of lines it may have
SAY_NOTHING = {
    *("util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "service", "services"),
}


def lines_too_many(module: Module) -> list[str]:
    lines, limit = len(module.text.splitlines()), LONG_FILES.get(module.name, LONGEST_FILE)
    if lines <= limit or ".migrations." in module.name:
        return []
    return [f"{module.name} has {lines} lines, more than {limit}: split it by what it is about"]


def functions_too_long(module: Module) -> list[str]:
    return [
        f"{module.name}:{node.lineno} {node.name} has {length} lines, more than {LONGEST_FUNCTION}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    ]


def words_that_say_nothing(path: Path) -> list[str]:
    words = {word for part in path.with_suffix("").parts for word in re.split(r"[_\W]+", part.lower())}
    return [f"{path}: {word!r} says nothing about what is inside" for word in sorted(words & SAY_NOTHING)]


def missing_docstrings(module: Module) -> list[str]:
    """Public functions of a module that do not say their rule."""
    return [
        f"{module.name}:{node.lineno} {node.name} has no docstring"
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]


def test_files_are_short_enough_to_read() -> None:
    none_of([finding for module in modules() for finding in lines_too_many(module)])


def test_functions_are_short_enough_to_read() -> None:
    none_of([finding for module in modules() for finding in functions_too_long(module)])


def test_the_list_of_long_files_holds_only_long_files() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in modules()}
    none_of([name for name in LONG_FILES if lengths.get(name, 0) <= LONGEST_FILE])


def test_files_and_folders_are_named_after_what_is_inside() -> None:
    paths = [
        path.relative_to(ROOT)
        for folder in ("src/passaparola", "tests", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]
    none_of([finding for path in paths for finding in words_that_say_nothing(path)])


def test_public_functions_of_domain_and_actions_say_their_rule() -> None:
    documented = [module for module in modules() if module.layer in {"domain", "actions"}]
    none_of([finding for module in documented for finding in missing_docstrings(module)])


def test_a_planted_long_file_is_caught() -> None:
    assert lines_too_many(Module("passaparola.domain.money", "x = 1\n" * (LONGEST_FILE + 1)))
    assert not lines_too_many(Module("passaparola.domain.money", "x = 1\n" * LONGEST_FILE))


def test_a_planted_long_function_is_caught() -> None:
    assert functions_too_long(Module("passaparola.domain.money", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION))
    assert not functions_too_long(Module("passaparola.domain.money", "def f():\n" + "    x = 1\n" * 59))


@pytest.mark.parametrize("path", ["store/utils.py", "store/event_helpers.py", "common/money.py", "store/base.py"])
def test_a_planted_empty_name_is_caught(path: str) -> None:
    assert words_that_say_nothing(Path(path))
    assert not words_that_say_nothing(Path("store/database.py"))


def test_a_planted_missing_docstring_is_caught() -> None:
    assert missing_docstrings(Module("passaparola.domain.money", "def share(total):\n    return total"))
    assert not missing_docstrings(Module("passaparola.domain.money", 'def share(total):\n    """Rule."""'))
    assert not missing_docstrings(Module("passaparola.domain.money", "def _share(total):\n    return total"))
