"""export_presets.cfg, and the template and product that belong to a preset."""

import pytest

from gastown.rigs.gauge.presets import Preset, read_presets
from gastown.rigs.gauge.templates import product_name, template_name
from gastown.town.tables.gauge import BuildTable, GaugeTable

TEXT = """[preset.0]

name="Linux \\"Proof\\" = 1"
platform="Linux"
runnable=true
export_files=PackedStringArray("res://a.tscn", "res://b = c.tscn")
export_path="build/proof.x86_64"

[preset.0.options]

custom_template/release="/opt/mine"
binary_format/architecture="arm64"
ssh_remote_deploy/run_script="#!/usr/bin/env bash
name=\\"no preset\\"
\\"{temp_dir}/{exe_name}\\" {cmd_args}"

[preset.10]
name="Web"
platform="Web"
runnable=false
[preset.10.options]
variant/thread_support=true
"""


def test_presets_are_read_in_order_whatever_their_texts_hold(tmp_path):
    (tmp_path / "export_presets.cfg").write_text(TEXT)

    linux, web = read_presets(tmp_path)
    assert linux == Preset(
        name='Linux "Proof" = 1',
        platform="Linux",
        export_path="build/proof.x86_64",
        runnable=True,
        arch="arm64",
        template="/opt/mine",
    )
    assert web == Preset(name="Web", platform="Web", threads=True)
    assert read_presets(tmp_path, "debug")[0].template == ""


@pytest.mark.parametrize(
    ("preset", "template", "product"),
    [
        (Preset("a", "Linux"), "linux_release.x86_64", "a.x86_64"),
        (Preset("a", "Linux", arch="arm64"), "linux_release.arm64", "a.arm64"),
        (Preset("a", "Windows Desktop"), "windows_release_x86_64.exe", "a.exe"),
        (Preset("a", "Web"), "web_nothreads_release.zip", "index.html"),
        (Preset("a", "Web", threads=True), "web_release.zip", "index.html"),
        (Preset("a", "PlayStation"), "", "a.zip"),
    ],
)
def test_a_platform_has_its_template_and_its_product(preset, template, product):
    assert template_name(preset, "release") == template
    assert product_name(preset, "a") == product


def test_a_build_is_called_as_its_preset_in_a_folder_s_spelling():
    assert BuildTable(preset="Linux Proof / Control!").name == "linux-proof-control"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (
            {"kind": "godot-gut", "build": [{"preset": "A b"}, {"preset": "a-B"}]},
            "two builds are called a-b",
        ),
        ({"kind": "npm", "build": [{"preset": "A"}]}, "build is for Godot projects"),
    ],
)
def test_builds_are_of_godot_and_have_names_of_their_own(table, why):
    with pytest.raises(ValueError, match=why):
        GaugeTable.model_validate(table)
