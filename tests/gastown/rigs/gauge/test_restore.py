"""Addons of a Godot project: read as GodotEnv reads them, and put in their place without it."""

import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError
from gastown.rigs.gauge.addons import Addon, read_addons
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.jsonc import parse_jsonc
from gastown.rigs.gauge.restore import restore
from tests.gastown.founding.conftest import git

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def repo(folder, *versions: tuple[str, dict[str, str]]):
    """A repository with a commit for each version, tagged so where it has a name."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    for name, files in versions:
        write(folder, files)
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", "x")
        if name:
            git(folder, "tag", name)
    return folder


@pytest.fixture
def rig(tmp_path):
    """A rig with a hidden project, between its siblings."""
    files = {".testbed/project.godot": "", "src/clock.gd": "1", "plugin.cfg": "", ".env": "x"}
    return write(tmp_path / "town" / "aero-clock", files)


def put(rig, around=None, **entry: str):
    """Restore one addon; its files, and what was said."""
    done = restore(
        rig, ".testbed", [Addon.model_validate({"key": "it", **entry})], around or Around()
    )
    folder = rig / ".testbed" / "addons" / "it"
    found = {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return found, done


@settings(max_examples=60)
@given(VALUES)
def test_all_json_is_read_as_json_reads_it(value):
    assert parse_jsonc(json.dumps(value)) == value


def test_comments_and_trailing_commas_are_no_part_of_it():
    text = '{ // "a": 1\n "a": "// no /* comment */ ,}", /* b */ "b": [1, 2, ], \n}'
    assert parse_jsonc(text) == {"a": "// no /* comment */ ,}", "b": [1, 2]}


def test_an_error_is_told_where_it_stands_in_the_file():
    with pytest.raises(ValueError, match="line 3 column 7"):
        parse_jsonc('// one\n{\n  "a" 1}\n')


def test_what_an_addon_leaves_out_is_as_godotenv_has_it(tmp_path):
    file = tmp_path / "addons.jsonc"
    file.write_text('{"addons": {"gut": {"url": "https://x.example/gut", "image": "later"}}}')

    assert read_addons(file) == (
        Addon(key="gut", url="https://x.example/gut", source="remote", checkout="main"),
    )
    assert read_addons(tmp_path / "absent.jsonc") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "addons.jsonc is not JSON: .* line 1"),
        ("[]", "addons.jsonc: "),
        ('{"addons": {"a": {}}}', r"addons\.a: url: Field required"),
        ('{"addons": {"a": {"url": "x", "source": "svn"}}}', r"addons\.a: source: .*'remote'"),
        ('{"addons": {"../a": {"url": "x"}}}', r"addons\.\.\./a: key: "),
        ('{"path": "src", "addons": {}}', "path = 'src'; only addons is known"),
    ],
)
def test_a_file_that_cannot_be_followed_names_the_key(tmp_path, text, why):
    file = tmp_path / "addons.jsonc"
    file.write_text(text)
    with pytest.raises(ConfigError, match=why):
        read_addons(file)


def test_the_rig_itself_is_mounted_as_a_link_within_the_copy(rig):
    _, done = put(rig, url="..", source="symlink")

    assert (rig / ".testbed/addons/it").readlink().as_posix() == "../.."
    assert (rig / ".testbed/addons/it/src/clock.gd").read_text() == "1"
    assert (done.own, done.problems) == (("it",), ())


def test_a_checkout_beside_the_rig_is_copied_as_it_is_without_what_is_hidden(rig):
    beside = repo(rig.parent / "gut", ("", {"addons/gut/a.gd": "1", "addons/gut/.x/b": ""}))
    write(beside, {"addons/gut/c.gd": "not committed"})
    around = Around(folders=(rig.parent,))
    found, done = put(rig, around, url="../../gut", source="symlink", subfolder="/addons/gut")

    assert found == {"a.gd": "1", "c.gd": "not committed"}
    assert (done.own, done.notes) == ((), ("it: from gut beside this rig",))


def test_of_a_rig_of_the_town_main_is_taken_as_origin_has_it(rig, tmp_path):
    origin = repo(tmp_path / "origin", ("", {"a.gd": "1"}))
    canonical = rig.parent / "gut" / "mayor" / "rig"
    canonical.parent.mkdir(parents=True)
    git(tmp_path, "clone", "-q", str(origin), str(canonical))
    write(canonical, {"a.gd": "a person's", "b.gd": "at work"})
    around = Around(town=rig.parent)

    assert put(rig, around, url="../../gut", source="symlink")[0] == {"a.gd": "1"}


def test_a_local_source_is_taken_at_its_checkout(rig):
    repo(rig.parent / "gut", ("v1.0", {"a.gd": "1"}), ("", {"a.gd": "2"}))
    around = Around(folders=(rig.parent,))

    assert put(rig, around, url="../../gut", source="local")[0] == {"a.gd": "2"}
    assert put(rig, around, url="../../gut", source="local", checkout="v1.0")[0] == {"a.gd": "1"}
    assert put(rig, around, url="../../gut", source="local", checkout="v9")[1].problems == (
        "the addon it could not be restored: gut has no 'v9'",
    )


def test_a_remote_tag_is_fetched_once_and_a_branch_each_time(rig, tmp_path):
    origin = repo(tmp_path / "origin", ("v1.0", {"addons/x/a.gd": "1"}))
    around = Around(cache=tmp_path / "cache", protocols=("file",))
    url = origin.as_uri()

    def fetched(checkout):
        found, done = put(rig, around, url=url, checkout=checkout, subfolder="addons/x")
        return found["a.gd"], (*done.notes, *done.problems)[0].rpartition(", ")[2]

    assert fetched("v1.0") == ("1", "fetched")
    assert fetched("main") == ("1", "fetched")
    write(origin, {"addons/x/a.gd": "2"})
    git(origin, "commit", "-q", "-am", "x")
    assert fetched("main") == ("2", "fetched")
    assert fetched("v1.0") == ("1", "kept from before")
    origin.rename(tmp_path / "gone")
    assert fetched("main") == ("2", "as it could not be asked for anew")


def test_an_archive_is_downloaded_once_and_unpacked(rig, tmp_path):
    asked: list[str] = []

    def download(url, file):
        asked.append(url)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("pack-1/addons/x/a.gd", "1")
            archive.writestr("pack-1/addons/x/../../../../evil.gd", "out")

    around = Around(cache=tmp_path / "cache", download=download)
    entry = {"url": "https://x.example/x.zip", "source": "zip", "subfolder": "pack-1/addons/x"}
    first, _ = put(rig, around, **entry)
    second, _ = put(rig, around, **entry)

    assert first == second
    assert first == {"a.gd": "1", "evil.gd": "out"}  # no name leads out of the addon
    assert asked == ["https://x.example/x.zip"]


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"url": "/etc", "source": "symlink"}, "leads elsewhere than to a rig beside this one"),
        ({"url": "../../../x", "source": "local"}, "leads elsewhere"),
        ({"url": "../..", "source": "symlink"}, "there is no such folder beside this rig"),
        ({"url": "../../absent", "source": "symlink"}, "there is no absent beside this rig"),
        ({"url": "absent", "source": "symlink"}, "has no '.testbed/absent'"),
        ({"url": "..", "source": "symlink", "subfolder": "../../x"}, "leads out of the addon"),
        ({"url": "https://x.example/a"}, "nothing is fetched from elsewhere here"),
        ({"url": "https://x.example/a.zip", "source": "zip"}, "nothing is fetched from elsewhere"),
    ],
)
def test_what_cannot_be_restored_is_a_problem_that_says_why(rig, entry, why):
    write(rig.parent.parent, {"x/secret.gd": "x"})
    found, done = put(rig, Around(folders=(rig.parent,)), **entry)

    assert found == {}
    assert len(done.problems) == 1
    assert done.problems[0].startswith("the addon it could not be restored: ")
    assert why in done.problems[0]


@pytest.mark.parametrize(
    ("url", "checkout", "why"),
    [
        ("file:///etc", "main", "git fetches by https, ssh only"),
        ("/etc", "main", "git fetches by https, ssh only"),
        ("ext::sh -c id", "main", "git fetches by https, ssh only"),
        ("--upload-pack=id", "main", "git fetches by https, ssh only"),
        ("https://x.example/a", "--all", "is no branch, tag or commit"),
        ("https://x.example/a", "+a:b", "is no branch, tag or commit"),
    ],
)
def test_an_address_can_start_no_program_and_reach_no_file_of_this_pc(
    rig, tmp_path, url, checkout, why
):
    found, done = put(rig, Around(cache=tmp_path / "cache"), url=url, checkout=checkout)

    assert found == {}
    assert why in done.problems[0]


def named(**addons: dict[str, str]) -> str:
    return json.dumps({"addons": addons})


def keys(rig) -> list[str]:
    return sorted(one.name for one in (rig / ".testbed" / "addons").iterdir())


def restored(rig, around, **addons: dict[str, str]):
    asked = [Addon.model_validate({"key": key, **entry}) for key, entry in addons.items()]
    return restore(rig, ".testbed", asked, around)


def test_what_an_addon_of_the_town_needs_itself_lies_beside_it(rig):
    """`../` leads from where the file that says it is: to a rig beside that one."""
    core = {"url": "../core", "source": "symlink"}
    write(rig.parent, {"ui/a.gd": "1", "ui/addons.json": named(core=core)})
    deep = {"url": "addons/deep", "source": "symlink"}
    write(rig.parent, {"core/b.gd": "2", "core/addons.jsonc": f"// its own\n{named(deep=deep)}"})
    write(rig.parent, {"core/addons/deep/c.gd": "3"})
    around = Around(folders=(rig.parent,))

    done = restored(rig, around, ui={"url": "../../ui", "source": "symlink"})

    assert (keys(rig), done.problems) == (["core", "deep", "ui"], ())
    assert (rig / ".testbed/addons/deep/c.gd").read_text() == "3"
    assert done.notes == (
        "ui: from ui beside this rig",
        "core of ui: from core beside this rig",
        "deep of core: from core beside this rig",
    )


def test_what_a_remote_addon_needs_is_fetched_and_nothing_beside_the_rig_is_its(rig, tmp_path):
    write(rig.parent, {"secret/a.gd": "x"})
    near = repo(tmp_path / "near", ("v2", {"x/a.gd": "1"}))
    needs = {
        "near": {"url": near.as_uri(), "checkout": "v2", "subfolder": "x"},
        "part": {"url": "parts/one", "source": "local"},
        "secret": {"url": "../secret", "source": "symlink"},
    }
    files = {"addons/far/b.gd": "1", "parts/one/c.gd": "1", "addons.json": named(**needs)}
    far = repo(tmp_path / "far", ("v1", files))
    around = Around(folders=(rig.parent,), cache=tmp_path / "cache", protocols=("file",))
    entry = {"url": far.as_uri(), "checkout": "v1", "subfolder": "addons/far"}

    done = restored(rig, around, far=entry)

    assert keys(rig) == ["far", "near", "part"]
    assert (rig / ".testbed/addons/near/a.gd").is_file()
    (problem,) = done.problems
    assert problem.startswith(
        "the addon secret of far could not be restored: url '../secret' leads"
    )


def test_an_archive_may_need_others_too(rig):
    needs = {"part": {"url": "lib", "source": "symlink"}}
    write(rig.parent, {"packs/read.me": ""})
    with zipfile.ZipFile(rig.parent / "packs" / "pack.zip", "w") as archive:
        archive.writestr("addons.json", named(**needs))
        archive.writestr("main/a.gd", "1")
        archive.writestr("lib/b.gd", "2")
    around = Around(folders=(rig.parent,))

    entry = {"url": "../../packs/pack.zip", "source": "zip", "subfolder": "main"}
    done = restored(rig, around, pack=entry)

    assert (keys(rig), done.problems) == (["pack", "part"], ())


def test_one_that_is_there_already_is_left_and_two_that_differ_cannot_have_one_name(rig):
    same = {"url": "../core", "source": "symlink"}
    other = {"url": "../elsewhere", "source": "symlink"}
    needs = named(core=same, again=same, gut=other)
    write(rig.parent, {"ui/addons.json": needs, "core/a.gd": "1", "gut/a.gd": "gut"})
    around = Around(folders=(rig.parent,))
    top = {name: {"url": f"../../{name}", "source": "symlink"} for name in ("ui", "core", "gut")}

    done = restored(rig, around, **top)

    assert keys(rig) == ["core", "gut", "ui"]
    assert "again: is there already, as core" in done.notes
    (problem,) = done.problems
    assert problem.endswith("another addon has its name: ../elsewhere . main is not ../gut . main")


def test_the_rig_itself_keeps_its_name_whatever_others_mean_by_it(rig):
    needs = named(clock={"url": "../aero-clock", "source": "symlink"})
    write(rig.parent, {"ui/addons.json": needs})
    around = Around(folders=(rig.parent,))
    own = {"url": "..", "source": "symlink"}

    done = restored(rig, around, clock=own, ui={"url": "../../ui", "source": "symlink"})

    assert (done.own, done.problems) == (("clock",), ())
    assert (rig / ".testbed/addons/clock").is_symlink()


def test_addons_that_need_each_other_come_to_an_end_and_a_broken_file_is_named(rig):
    write(rig.parent, {"a/addons.json": named(b={"url": "../b", "source": "symlink"})})
    write(rig.parent, {"b/addons.json": named(a={"url": "../a", "source": "symlink"})})
    write(rig.parent, {"c/addons.jsonc": "{"})
    around = Around(folders=(rig.parent,))
    top = {name: {"url": f"../../{name}", "source": "symlink"} for name in ("a", "c")}

    done = restored(rig, around, **top)

    assert keys(rig) == ["a", "b", "c"]
    assert "the addon c could not be restored: addons.jsonc of c is not JSON" in done.problems[0]


def test_a_link_in_place_of_the_folder_of_addons_is_not_followed(rig, tmp_path):
    write(tmp_path / "elsewhere", {"it/keep.gd": "x"})
    (rig / ".testbed" / "addons").symlink_to(tmp_path / "elsewhere")
    done = restore(rig, ".testbed", [Addon(key="it", url="..", source="symlink")], Around())

    assert "is a link that leads out of the rig" in done.problems[0]
    assert (tmp_path / "elsewhere" / "it" / "keep.gd").exists()
