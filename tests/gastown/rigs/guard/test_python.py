"""Imports and attributes of Python that exist nowhere."""

import pytest

from gastown.rigs.guard.python import python_faults
from tests.gastown.rigs.given import write

RIG = {
    "pyproject.toml": '[project]\nname = "beat"\ndependencies = ["some-dep>=1"]\n',
    "beat/__init__.py": "from beat.clock import Clock\nVERSION = '1'\n",
    "beat/clock.py": "import math\nclass Clock:\n    pass\ndef to_beat(x):\n    return x\n",
    "beat/open.py": "def __getattr__(name):\n    return 1\n",
    "beat/star.py": "from math import *\n",
    "src/other/core.py": "CORE = 1\n",
    "tests/helper.py": "x = 1\n",
}


def found(tmp_path, text, file="beat/new.py"):
    write(tmp_path, {**RIG, file: text})
    return python_faults(tmp_path, [file])


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("from beat.clock import to_baet", "to_baet", "it has to_beat"),
        ("from beat.clocks import Clock", "clocks", "the module beat.clocks is neither in this"),
        ("from .clock import Watch", "Watch", "the module .clock has no Watch"),
        ("from .clocks import Clock", "clocks", "the module .clocks is neither"),
        ("from . import nothing", "nothing", "the module . has no nothing"),
        ("import beat.clock\nbeat.clock\nbeat.nope()", "nope", "the module beat has no nope"),
        ("from other.core import CORR", "CORR", "it has CORE"),
        ("import json\nx = json.lods('')", "lods", "it has loads"),
        ("from json import parse", "parse", "the module json has no parse"),
        ("import os.path\nos.path.joined('a')", "", ""),
        ("from collections import OrderedDictt", "OrderedDictt", "it has OrderedDict"),
        ("def f(:\n", "", "does not parse"),
    ],
)
def test_this_exists_nowhere(tmp_path, text, name, said):
    faults = found(tmp_path, text)

    if not said:  # of what a module has in turn nothing is told
        assert faults == []
        return
    assert [(one.name, one.certain) for one in faults] == [(name, True)]
    assert said in faults[0].text


@pytest.mark.parametrize(
    "text",
    [
        "from beat import Clock, clock, VERSION\nfrom beat.clock import to_beat, math",
        "from beat.open import anything\nfrom beat.star import sqrt",
        "from . import clock\nfrom .clock import Clock\nfrom beat._version import version",
        "import other.core\nprint(other.core.CORE)",
        "import json, os, os.path\nprint(json.loads, os.path.join, json.decoder, os.sep)",
        "import xml.etree.ElementTree as ET\nET.parse('x')\nimport pydantic\npydantic.BaseModel",
        "try:\n    import nowhere_at_all\nexcept ImportError:\n    nowhere_at_all = None",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import nowhere_at_all",
        "import sys\nif sys.version_info >= (3, 99):\n    from json import later",
        "import some_dep\nfrom some_dep.core import thing",
        "import json\ndef f(json):\n    return json.anything",
        "from __future__ import annotations",
        "import json\njson.lods = 1",
    ],
)
def test_this_is_in_order(tmp_path, text):
    assert found(tmp_path, text) == []


def test_a_module_beside_the_file_may_be_meant(tmp_path):
    assert found(tmp_path, "from helper import x", "tests/test_a.py") == []


def test_a_package_that_nobody_names_is_for_a_reader_to_judge(tmp_path):
    (fault,) = found(tmp_path, "import fastjsonx")
    assert not fault.certain
    assert "no manifest names it" in fault.text


def test_where_a_file_asks_for_its_system_nothing_of_the_library_is_certain(tmp_path):
    text = "import os\nimport sys\ndef f():\n    if sys.platform != 'win32':\n        return\n"
    faults = found(tmp_path, f"{text}    os.startfiles('x')\n")
    assert [one.certain for one in faults] == [False]


def test_syntax_of_a_newer_python_is_not_certainly_wrong(tmp_path):
    write(tmp_path, RIG)
    write(tmp_path, {"pyproject.toml": '[project]\nrequires-python = ">=3.14"\n'})
    (tmp_path / "a.py").write_text("def f(:\n")
    assert [one.certain for one in python_faults(tmp_path, ["a.py"])] == [False]
