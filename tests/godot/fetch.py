"""`python -m tests.godot.fetch`: put a real Godot 4 into `.godot-engine`; the command `make godot`.

Debian's next release holds the engine and its export templates. They come from the Debian mirror of
this machine's own apt sources, are verified with its own keyring, and are unpacked into a private
root: nothing is installed, and no right but to write here is needed. Where that can't be had, it
says why and ends with 0, and the tests that need an engine say that they were skipped.

Only the standard library is used, so that any Python can run it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

HOME = Path(__file__).parents[2] / ".godot-engine"
ENGINE = HOME / "bin" / "godot"
TEMPLATES = HOME / "share" / "godot" / "export_templates"
GRAPHICS = HOME / "graphics.env"
SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")
# The engine, its templates, what patches them, and what draws for a game where there is no GPU.
PACKAGES = (
    *("godot", "godot-template-release", "godot-template-debug", "patchelf"),
    *("libgl1", "libglx-mesa0", "libgl1-mesa-dri", "libegl1", "libegl-mesa0"),
    *("libvulkan1", "mesa-vulkan-drivers"),
)
UNUSED = ("doc", "man", "locale", "icons", "lintian")  # of usr/share
PATIENCE_S = 300
VERSION = re.compile(r"^(4\.\d+(?:\.\d+)?\.[a-z]+\d*)", re.MULTILINE)


class UnavailableError(Exception):
    """Why there is no engine to be had here."""


def version(engine: Path) -> str:
    """The version of an engine as its templates' folder is called (`4.6.3.stable`), or empty."""
    try:
        done = subprocess.run(
            [engine, "--headless", "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = VERSION.search(done.stdout)
    return found[1] if found else ""


def mirror(sources: Path) -> str:
    """The Debian mirror of a machine's apt sources; UnavailableError where there is none."""
    found = [uri for file in _source_files(sources) for uri in _uris(file.read_text("utf-8"))]
    for uri in found:
        if re.search(r"/debian/?$", uri):
            return uri
    raise UnavailableError(f"{sources} names no Debian mirror")


def _source_files(sources: Path) -> list[Path]:
    parts = sources / "sources.list.d"
    files = [sources / "sources.list", *parts.glob("*.sources"), *parts.glob("*.list")]
    return [file for file in files if file.is_file()]


def _uris(text: str) -> Iterator[str]:
    """The addresses in either of apt's two formats."""
    for line in text.splitlines():
        if old := re.match(r"\s*deb\s+(?:\[[^]]*\]\s*)?(\S+)", line):
            yield old[1]
        elif new := re.match(r"\s*URIs:\s*(.*)", line):
            yield from new[1].split()


def fetch(home: Path, uri: str) -> None:
    """Download the packages and all that they need, and unpack them into `home`/root."""
    work, root = home / "work", home / "root"
    config = _apt_config(work, uri)
    _run(["apt-get", "-q", "update"], config)
    _run(["apt-get", "-q", "-y", "--download-only", "install", *PACKAGES], config)
    for package in sorted((work / "cache" / "archives").glob("*.deb")):
        _run(["dpkg-deb", "-x", str(package), str(root)])
    shutil.rmtree(work)
    for name in UNUSED:
        shutil.rmtree(root / "usr" / "share" / name, ignore_errors=True)


def _apt_config(work: Path, uri: str) -> Path:
    """An apt of its own: it knows one source, and of nothing that it is installed."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    source = f"deb [signed-by={KEYRING}] {uri} {SUITE} main\n"
    (work / "sources.list").write_text(source, encoding="utf-8")
    settings = {
        "Dir::State": work / "state",
        "Dir::State::status": work / "status",
        "Dir::Cache": work / "cache",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
    }
    config = work / "apt.conf"
    lines = [f'{key} "{value}";\n' for key, value in settings.items()]
    config.write_text("".join(lines), encoding="utf-8")
    return config


def make_startable(home: Path) -> None:
    """Let the engine and its templates find their own libraries, and so the games they export.

    Not by LD_LIBRARY_PATH, which whatever they start would inherit.
    """
    usr = home / "root" / "usr"
    loader = next(usr.glob("lib/*/ld-linux*.so.*"), None)
    if loader is None:
        raise UnavailableError("the packages hold no dynamic loader")
    libraries = loader.parent
    patch = [str(loader), "--library-path", str(libraries), str(usr / "bin" / "patchelf")]
    for name in ("libpulse*.so*", "pulseaudio/*.so*", "libLLVM*.so*"):  # theirs would hide ours
        for file in libraries.glob(name):
            if not file.is_symlink():
                _run([*patch, "--remove-rpath", str(file)])
    found = f"{libraries}:{libraries / 'pulseaudio'}"
    how = ["--set-interpreter", str(loader), "--force-rpath", "--set-rpath", found]
    for program in usr.glob("bin/godot*"):
        _run([*patch, *how, str(program)])


def arrange(home: Path) -> str:
    """Put engine, templates and the settings of its graphics in their places; its version."""
    usr = home / "root" / "usr"
    found = version(usr / "bin" / "godot")
    if not found:
        raise UnavailableError(f"{usr / 'bin' / 'godot'} does not start")
    templates = home / TEMPLATES.relative_to(HOME) / found
    templates.mkdir(parents=True, exist_ok=True)
    machine = os.uname().machine.replace("aarch64", "arm64")
    for kind in ("release", "debug"):
        (usr / "bin" / f"godot-template-{kind}").rename(templates / f"linux_{kind}.{machine}")
    drivers = next(usr.glob("lib/*/dri")), next(usr.glob("share/vulkan/icd.d/lvp_icd*.json"))
    graphics = {
        "LIBGL_DRIVERS_PATH": drivers[0],
        "LIBGL_ALWAYS_SOFTWARE": 1,
        "__EGL_VENDOR_LIBRARY_DIRS": usr / "share" / "glvnd" / "egl_vendor.d",
        "VK_DRIVER_FILES": drivers[1],
    }
    lines = [f"{key}={value}\n" for key, value in graphics.items()]
    (home / GRAPHICS.relative_to(HOME)).write_text("".join(lines), encoding="utf-8")
    link = home / ENGINE.relative_to(HOME)
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(Path("../root/usr/bin/godot"))
    return found


def _run(argv: Sequence[str], apt: Path | None = None) -> None:
    env = {**os.environ, **({"APT_CONFIG": str(apt)} if apt else {})}
    try:
        done = subprocess.run(
            argv,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{argv[0]}: {error}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"exit {done.returncode}"]
        raise UnavailableError(f"{Path(argv[0]).name}: {said[-1]}")


def provide(home: Path, sources: Path) -> str:
    """Have an engine in `home`, fetched unless one is there; its version."""
    if found := version(home / ENGINE.relative_to(HOME)):
        return found
    if not KEYRING.is_file():
        raise UnavailableError(f"{KEYRING} is not here to verify Debian's packages with")
    uri = mirror(sources)
    shutil.rmtree(home, ignore_errors=True)
    try:
        fetch(home, uri)
        make_startable(home)
        return arrange(home)
    except (UnavailableError, OSError) as error:
        shutil.rmtree(home, ignore_errors=True)
        raise UnavailableError(str(error)) from None


def main() -> int:
    """Say what there is. Always 0: no engine is no failure, tests that need one skip."""
    try:
        said = f"Godot {provide(HOME, SOURCES)}: {ENGINE}"
    except UnavailableError as error:
        said = f"no Godot can be had here ({error}); set GODOT_BIN to one of yours"
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
