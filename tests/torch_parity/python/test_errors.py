"""Each misuse raises PyTorch's exception type with PyTorch's words."""

import ast
import re

import pytest
from test_programs import PROGRAMS, run

TREE = ast.parse((PROGRAMS / "errors.py").read_text())
NAMES = [key.value for node in ast.walk(TREE) if isinstance(node, ast.Dict) and len(node.keys) > 9 for key in node.keys]


@pytest.fixture(scope="module")
def printed(oracle_python, flambeau_python, mocked_environment):
    """What each side says, by name."""
    texts = run(oracle_python, "errors"), run(flambeau_python, "errors", env=mocked_environment, may_crash=True)
    return [dict(line.split(": ", 1) for line in re.findall(r"^[a-z ]+: .*", text, re.M)) for text in texts]


@pytest.mark.parametrize("name", NAMES)
def test_same_error(name, printed):
    expected, actual = printed
    assert actual.get(name, "it crashed") == expected[name]
