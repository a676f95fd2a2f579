"""Imports of JavaScript that lead nowhere."""

import json

import pytest

from gastown.rigs.guard.node import node_faults
from tests.gastown.rigs.given import write

RIG = {
    "package.json": json.dumps({"name": "web", "devDependencies": {"vite": "1", "@a/b": "1"}}),
    "src/beat.js": "",
    "src/typed.ts": "",
    "src/ui/index.js": "",
    "src/data.json": "{}",
    "node_modules/there/package.json": "{}",
}


def found(tmp_path, text, file="src/new.js"):
    write(tmp_path, {**RIG, file: text})
    return [(one.line, one.name, one.certain) for one in node_faults(tmp_path, [file])]


@pytest.mark.parametrize(
    "text",
    [
        "import { beats } from './beat.js';\nimport './ui/index.js';\nexport * from './ui';",
        "import x from './typed.js'; // what TypeScript compiles to",
        "import x from './beat';\nconst y = require('./data');\nawait import('./beat.js?raw');",
        "import fs from 'fs';\nimport test from 'node:test';\nimport x from 'fs/promises';",
        "import { a } from 'vite';\nimport b from '@a/b/c';\nimport t from 'there';",
        "import self from 'web';\nimport al from '@/ui';\nimport h from '#internal';",
    ],
)
def test_this_leads_somewhere(tmp_path, text):
    assert found(tmp_path, text) == []


def test_this_leads_nowhere(tmp_path):
    text = "import {\n  a,\n  b\n} from './grid.js';\nconst c = require('../none');\n"
    assert found(tmp_path, text) == [(4, "grid", True), (5, "none", True)]


def test_what_a_build_writes_and_packages_that_nobody_names_are_not_certain(tmp_path):
    text = "import a from '../dist/a.js';\nimport b from 'lodashh';\n"
    assert found(tmp_path, text) == [(1, "a", False), (2, "lodashh", False)]
