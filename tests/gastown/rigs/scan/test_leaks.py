"""detect-secrets finds what was planted, in clear for us and for nobody else."""

import pytest

from gastown.rigs.scan.leaks import redact_found, scan_secrets, scan_text, struck
from gastown.rigs.scan.redact import redact
from gastown.rigs.scan.source import Source
from tests.gastown.rigs.given import write
from tests.gastown.rigs.scan.planted import AWS, AWS_SECRET, GITHUB, KEY, KEY_BODY, PASSWORD


def _scan(folder, files):
    write(folder, files)
    sources = [Source(name, tuple(text.split("\n"))) for name, text in files.items()]
    return scan_secrets(folder, sources).hits


@pytest.mark.parametrize(
    ("text", "rule", "secret"),
    [
        (f'ACCESS_KEY = "{AWS}"', "aws-access-key", AWS),
        (f"token: {GITHUB}", "github-token", GITHUB),
        (f'password = "{PASSWORD}"', "secret-keyword", PASSWORD),
    ],
)
def test_a_planted_secret_is_found_with_its_line(tmp_path, text, rule, secret):
    hits = _scan(tmp_path, {"conf é.py": f"\n\n{text}\n"})

    assert (rule, "conf é.py", 3) in {(hit.rule, hit.file, hit.line) for hit in hits}
    assert any(secret in hit.secrets for hit in hits)


def test_a_token_is_secret_as_a_whole_wherever_it_stands(tmp_path):
    (hit,) = _scan(tmp_path, {"run.sh": f"export TOKEN={GITHUB};\n"})

    assert hit.secrets == ("ghp", GITHUB)


def test_a_private_keys_whole_body_is_secret(tmp_path):
    (hit,) = _scan(tmp_path, {"id_rsa": KEY + "\n"})

    assert (hit.rule, hit.severity, hit.secrets) == ("private-key", "critical", KEY_BODY)


def test_a_comment_that_allows_a_secret_is_not_obeyed(tmp_path):
    pragma = "pragma: allow" + "list secret"

    assert _scan(tmp_path, {"a.py": f'ACCESS_KEY = "{AWS}"  # {pragma}\n'})


@pytest.mark.parametrize("name", ["swagger.yml", "poetry.lock", "drawing.svg"])
def test_no_file_is_passed_over_for_its_name(tmp_path, name):
    assert _scan(tmp_path, {name: f'key = "{AWS}"\n'})


def test_a_clean_file_is_clean(tmp_path):
    assert _scan(tmp_path, {"a.py": "def add(a, b):\n    return a + b\n"}) == []


def test_a_diff_loses_secrets_that_only_it_shows():
    diff = f'-ACCESS_KEY = "{AWS}"\n+ACCESS_KEY = os.environ["KEY"]\n known-one'

    text = redact_found(diff, ["known-one"])

    assert AWS not in text
    assert "known-one" not in text
    assert '+ACCESS_KEY = os.environ["KEY"]' in text


def test_a_diff_loses_what_only_our_own_rules_see():
    diff = f'-var password: String = "{PASSWORD}"\n-aws_secret_access_key = {AWS_SECRET}\n'

    text = redact_found(diff)

    assert PASSWORD not in text
    assert AWS_SECRET not in text


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"aws_secret_access_key = {AWS_SECRET}", AWS_SECRET),
        (f'"awsSecretKey": "{AWS_SECRET}",', AWS_SECRET),
        (f"url: postgres://town:{PASSWORD}@db/main", PASSWORD),
    ],
)
def test_our_own_rules_find_what_the_scanner_misses(line, secret):
    (hit,) = scan_text([Source("any.conf", ("", line))]).hits

    assert (hit.line, hit.secrets) == (2, (secret,))


@pytest.mark.parametrize(
    "line",
    [
        "aws_commit = " + "a1" * 20,  # a commit's name is no key
        "see https://example.org:8080/a@b",
        "url = https://$USER:$PASSWORD@host/",
    ],
)
def test_our_own_rules_leave_the_ordinary_alone(line):
    assert scan_text([Source("any.conf", (line,))]).hits == []


def test_what_a_tool_complains_of_is_told_without_the_password_of_its_index():
    said = struck(f"cannot reach https://ann:{PASSWORD}@mirror/simple")

    assert PASSWORD not in said
    assert said.endswith("@mirror/simple")


@pytest.mark.parametrize("value", ["{key}", "${API_KEY}", "<your key>", "xxxxxxxx", "your-api-key"])
def test_a_place_for_a_secret_is_a_matter_of_care(tmp_path, value):
    assert {hit.severity for hit in _scan(tmp_path, {"a.py": f'api_key = "{value}"\n'})} <= {"low"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a.cfg", f'api_key="{PASSWORD}"'),
        ("export_presets.cfg", f'codesign/api_key = "{PASSWORD}"'),
        ("a.ini", f'password = Make("{PASSWORD}")'),
        ("a.tscn", f'data = Make("{AWS_SECRET}")'),
        ("a.yaml", f'password: "{PASSWORD}"'),
        ("a.toml", f"password = '{PASSWORD}'"),
        ("a.properties", f"db.password={PASSWORD}"),
        (".env", f"DB_PASSWORD={PASSWORD}"),
        ("a.json", f'{{"password": "{PASSWORD}"}}'),
        ("a.js", f"const password = '{PASSWORD}'"),
    ],
)
def test_whatever_the_file_the_secret_is_known_as_it_stands_there(tmp_path, name, line):
    """Settings files are rewritten before they are searched, which quotes quotes once more."""
    head = "" if name in {"a.yaml", "a.json", "a.js"} else "[main]"
    hits = _scan(tmp_path, {name: f"{head}\n{line}\n"})

    known = {secret for hit in hits for secret in hit.secrets}
    text = redact(line, known)
    assert hits
    assert PASSWORD not in text
    assert AWS_SECRET not in text


def test_packed_bytes_of_a_scene_are_no_secret(tmp_path):
    line = f'tile_map_data = PackedByteArray("{AWS_SECRET * 2}")'

    assert _scan(tmp_path, {"a.tscn": f"{line}\n"}) == []
    assert _scan(tmp_path, {"a.py": f"x = '{AWS_SECRET * 2}'\n"})
