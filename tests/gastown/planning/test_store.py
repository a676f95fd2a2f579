"""Plans: every version is kept in git, as Markdown and JSON; what is damaged is named."""

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.planning.document import plan_id
from gastown.planning.store import Plans
from gastown.rigs.git import Repo
from tests.gastown.planning.given import AT, IDEA, document

MAYOR = "mayor <mayor@oak>"


@pytest.fixture
def plans(tmp_path) -> Plans:
    return Plans(tmp_path / "mayor")


def test_a_version_is_read_as_it_was_kept_and_committed(plans):
    plan = document()
    file = plans.keep(plan, MAYOR)

    assert plans.show(plan.id) == plan
    assert plans.newest() == [plan]
    assert "# Combo bonus" in file.read_text()
    assert Repo(plans.folder).status() == []
    assert Repo(plans.folder).log("HEAD")[0].subject == f"{plan.id} v1: Combo bonus"


def test_a_revision_keeps_the_version_before(plans):
    first = document()
    second = document(version=2, remark="Less of it.", title="Less")
    for plan in (first, second):
        plans.keep(plan, MAYOR)

    assert plans.show(first.id) == second
    assert plans.show(first.id, 1) == first
    assert "Less of it." in (plans.folder / first.place / "plan.md").read_text()
    assert plans.newest() == [second]


def test_a_version_is_never_written_over(plans):
    plans.keep(document(), MAYOR)
    plans.keep(document(), MAYOR)

    with pytest.raises(ConfigError, match="version 1 is there already"):
        plans.keep(document(title="Other"), MAYOR)
    assert plans.show(document().id).title == "Combo bonus"


@pytest.mark.parametrize("name", ["plan-zzzzz", "../../etc", "plan-../x", ""])
def test_what_is_no_plan_is_refused_with_those_there_are(plans, name):
    with pytest.raises(NotFoundError, match="none yet: town plan"):
        plans.show(name)
    plans.keep(document(), MAYOR)
    with pytest.raises(NotFoundError, match=document().id):
        plans.show(name)


def test_a_version_that_there_is_not_names_the_newest(plans):
    plans.keep(document(), MAYOR)

    with pytest.raises(NotFoundError, match="its versions: 1 to 1"):
        plans.show(document().id, 7)


def test_a_damaged_file_is_named(plans):
    plans.keep(document(), MAYOR)
    file = plans.folder / document().place / "plan.json"
    file.write_text('{"id": 7}')

    with pytest.raises(ConfigError, match=r"plan\.json: .*take it back from git"):
        plans.show(document().id)


def test_ids_differ_by_time_and_number():
    ids = {plan_id(IDEA, AT), plan_id(IDEA, AT, 1), plan_id(IDEA, AT.replace(hour=10))}

    assert len(ids) == 3
