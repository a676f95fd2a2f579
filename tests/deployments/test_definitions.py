"""prefect.yaml is read whole; what the town does not use is refused, not skipped."""

import pytest

from deployments.definitions import load_definitions
from gastown.errors import ConfigError

SCHEDULE = """name: local
    schedules:
      - {slug: daily, cron: "0 6 * * *", timezone: UTC}
"""
ONE = """\
pull: []
deployments:
  - name: local
    entrypoint: flows.convoy.convoy
    work_pool: {name: local}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "prefect.yaml"
    path.write_text(ONE)
    return path


def test_the_projects_own_file_deploys_the_convoy_and_the_stage_by_module_path():
    convoy, formula, stage, *rest = load_definitions().deployments

    assert (convoy.entrypoint, convoy.name) == ("flows.convoy.convoy", "local")
    assert convoy.tags == ["convoy"]  # the crash rule matches it
    assert convoy.work_pool.job_variables["stream_output"] is False
    assert (formula.entrypoint, formula.tags) == ("flows.formula.formula", ["convoy"])
    assert (stage.entrypoint, stage.work_pool.name) == ("flows.stage.stage", "cloud")
    assert "convoy" not in stage.tags  # else the crash rule would start it again by itself
    assert not any("convoy" in one.tags for one in rest)
    assert len({(one.entrypoint, one.name) for one in rest}) == len(rest)


def test_a_file_may_say_little(file):
    (one,) = load_definitions(file).deployments

    assert (one.tags, one.parameters, one.concurrency_limit) == ([], {}, None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pull: []\n", "", "pull"),
        ("pull: []", "pull: [{git_clone: x}]", "pull"),
        ("flows.convoy.convoy", "flows/convoy.py:convoy", "deployments.0.entrypoint"),
        ("work_pool", "work_poool", "work_poool"),
        ("name: local\n", "name: local\n    triggers: []\n", "triggers"),
        ("name: local\n", SCHEDULE.replace("UTC", "Mars/Base"), "no time zone 'Mars/Base'"),
        ("name: local\n", SCHEDULE.replace("0 6 * * *", "daily"), "schedules.0.cron"),
        ("deployments:", "deployments: [", "line"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(file, old, new, said):
    file.write_text(ONE.replace(old, new, 1))

    with pytest.raises(ConfigError, match=r"prefect\.yaml") as caught:
        load_definitions(file)

    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"prefect\.yaml"):
        load_definitions(tmp_path / "prefect.yaml")
