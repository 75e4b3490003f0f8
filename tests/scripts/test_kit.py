"""The offline kit: what it asks for, what install.sh says where it doesn't fit, and the whole way."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from outbound import attempts, needs_a_namespace, run_apart

from flows.ground.settings import PROJECT
from scripts import kit as kit_script

# What any Linux has; no make, git, pip, compiler or program that fetches.
TOOLS = "cat cksum cut dirname ls mkdir mv rm sed sh sha256sum"
HEADLINE = re.search(r"```text\n(.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a bare machine: those tools and a Python, and no settings."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS.split():
        source = shutil.which("dash") if name == "sh" else None
        (tools / name).symlink_to(source or shutil.which(name) or pytest.skip(f"no {name}"))
    (tools / "python3").symlink_to(Path(sys.executable).resolve())
    (tmp_path / "home").mkdir()
    return {"PATH": str(tools), "HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


def release() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def fake_kit(folder: Path, **traits: str) -> Path:
    """A kit that has everything but wheels and program."""
    folder.mkdir()
    shutil.copy(PROJECT / "deploy" / "install.sh", folder)
    machine = os.uname().machine
    told = {"python": release(), "machine": machine, "glibc": "2.17", "mib": "1", **traits}
    (folder / "KIT").write_text("".join(f"{k}={v}\n" for k, v in told.items()), "utf-8")
    sums = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("KIT", "install.sh")
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")
    return folder


def install(kit: Path, env: dict[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [f"{env['PATH']}/sh", str(kit / "install.sh"), *map(str, words)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_only_some_releases_of_a_python_ask_for_is_in_the_kit() -> None:
    """Debian's 3.11.2 asks for what the 3.11.7 that made the kit does without."""
    text = (
        f"early==1.0 ; python_full_version < '{release()}.3' \\\n    --hash=sha256:aa \\\n"
        f"    --hash=sha256:ab\n    # via x\n"
        f"late==1.0 ; python_full_version >= '{release()}.9' \\\n    --hash=sha256:bb\n"
        "windows==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n"
        "always==1.0 \\\n    --hash=sha256:dd\n"
    )
    assert list(kit_script.asked(text)) == [
        "early==1.0 --hash=sha256:aa --hash=sha256:ab",
        "late==1.0 --hash=sha256:bb",
        "always==1.0 --hash=sha256:dd",
    ]


def test_the_oldest_glibc_that_all_wheels_run_on() -> None:
    names = [
        "a-1-py3-none-any.whl",
        "b-1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl",
        "c-1-cp311-abi3-manylinux_2_31_x86_64.manylinux_2_34_x86_64.whl",
    ]
    assert kit_script.glibc_of(names[:2]) == "2.17"
    assert kit_script.glibc_of(names) == "2.31"


@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="needs the checkout")
def test_only_what_git_knows_is_in_the_kit() -> None:
    """Nothing that a department filed here, and nothing that guoban wrote."""
    names = kit_script.tracked()
    assert {"zone.toml", "requirements.txt", "deploy/install.sh", "sql/int/calendar.sql"} <= {
        *names
    }
    written = [name for name in names if name.startswith("data/warehouse/")]
    assert written == ["data/warehouse/.gitkeep"]


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"python": "3.99"}, rf"for Python 3\.99 on .*; here is .*python3: {release()}"),
        ({"machine": "loongarch64"}, "on loongarch64; here is"),
        ({"glibc": "9.99"}, "needs glibc 9.99 or newer"),
        ({"mib": "999999999"}, "999999999 MiB of free space"),
    ],
)
def test_a_machine_that_the_kit_is_not_for_is_told_so(
    tmp_path: Path, bare: dict[str, str], traits: dict[str, str], said: str
) -> None:
    done = install(fake_kit(tmp_path / "kit", **traits), bare, tmp_path / "there")
    assert done.returncode == 1
    assert re.search(said, done.stderr)
    in_chinese = install(tmp_path / "kit", {**bare, "LANG": "zh_CN.UTF-8"}, tmp_path / "there")
    assert re.search("请|需要", in_chinese.stderr)
    assert not (tmp_path / "there" / ".venv").exists()


def test_a_damaged_kit_and_a_folder_in_use_are_left_alone(
    tmp_path: Path, bare: dict[str, str]
) -> None:
    kit = fake_kit(tmp_path / "kit")
    with (kit / "install.sh").open("a") as file:
        file.write("# one more line\n")
    assert "the kit is damaged" in install(kit, bare, tmp_path / "there").stderr
    used = tmp_path / "documents"
    used.mkdir()
    (used / "letter.txt").write_text("x")
    done = install(fake_kit(tmp_path / "sound"), bare, used)
    assert "is not empty and no kit was installed in it" in done.stderr
    assert [path.name for path in used.iterdir()] == ["letter.txt"]
    assert install(kit, bare, "--help").returncode == 2
    assert "one folder, please" in install(kit, bare, "a", "b").stderr


def test_another_folder_of_the_name_is_not_taken_for_the_kit(
    bare: dict[str, str], tmp_path: Path
) -> None:
    """A shell's CDPATH sends `cd` elsewhere, where the environment has it."""
    kit = fake_kit(tmp_path / "guoban-kit")
    (tmp_path / "elsewhere" / "guoban-kit").mkdir(parents=True)
    done = subprocess.run(
        [f"{bare['PATH']}/sh", f"{kit.name}/install.sh", "new"],
        env={**bare, "CDPATH": str(tmp_path / "elsewhere")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"installing into {tmp_path / 'new'} " in done.stdout, done.stderr


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kit of this checkout, unpacked; fetching its wheels takes a minute."""
    folder = tmp_path_factory.mktemp("kit")
    kit = folder / "made" / kit_script.NAME
    archive = kit_script.make(kit, kit.parent)
    shutil.rmtree(kit)
    # By the system's tar, in a locale that knows no Chinese.
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    subprocess.run(["tar", "xzf", archive], cwd=folder, env=env, check=True)
    yield folder / kit_script.NAME
    shutil.rmtree(folder)


@needs_a_namespace
@pytest.mark.nightly
@pytest.mark.parametrize("way", [[], ["--no-prefect"]], ids=["with Prefect", "without"])
def test_from_the_kit_to_published_figures_without_a_network(
    tmp_path: Path, unpacked: Path, bare: dict[str, str], way: list[str]
) -> None:
    there, trace = tmp_path / "there", tmp_path / "trace"
    asked: list[str] = []

    def run(*command: object) -> str:
        done = run_apart(command, trace, bare, there if there.exists() else tmp_path)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        asked.extend(attempts(trace))
        return done.stdout

    said = run("sh", unpacked / "install.sh", *way, there)
    assert "is set up in" in said
    guoban = there / ".venv" / "bin" / "guoban"
    assert "Published" in run(guoban, "refresh")
    assert HEADLINE is not None
    assert run(guoban, "headline", "--month", "2021-05") == HEADLINE[1]
    blank = tmp_path / "blank.xlsx"
    owed = ["--department", "党政办公室", "--month", "2021-06"]
    run(guoban, "template", "meetings", *owed, "-o", blank)
    run(guoban, "check", next(there.glob("data/raw/2021-05/招商局/*.xlsx")))
    run(guoban, "verify")
    assert asked == []
    kept = list(there.glob(".venv/lib/*/site-packages/prefect"))
    assert bool(kept) == (not way)
    assert (there / "data" / "warehouse" / "prefect").exists() == (not way)
    if not way:
        return
    # Once more over it: what the zone made its own stays, what the program has no more goes.
    (there / "zone.toml").write_text("# of our own\n", "utf-8")
    (there / "data" / "raw" / "2021-06").mkdir()
    shutil.rmtree(there / "data" / "raw" / "2021-01")
    (there / "flows" / "gone.py").write_text("")
    with (there / ".kit-files").open("a") as files:
        files.write("flows/gone.py\n")
    run("sh", unpacked / "install.sh", *way, there)
    assert (there / "zone.toml").read_text("utf-8") == "# of our own\n"
    assert (there / "data" / "raw" / "2021-06").is_dir()
    assert not (there / "data" / "raw" / "2021-01").exists()
    assert not (there / "flows" / "gone.py").exists()
    assert not (there / ".venv.before").exists()
    assert asked == []


@needs_a_namespace
@pytest.mark.parametrize(
    "program",
    [
        "socket.create_connection(('192.0.2.1', 443), 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
        "socket.create_connection(('2001:db8::1', 443), 1)",
        "socket.getaddrinfo('example.org', 80)",
    ],
)
def test_whoever_tries_to_reach_the_world_is_counted(tmp_path: Path, program: str) -> None:
    """Else the counts above would say nothing."""
    code = f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {program}"
    command = [sys.executable, "-c", code]
    assert run_apart(command, tmp_path / "trace", {}, tmp_path).returncode == 0
    assert attempts(tmp_path / "trace")


@needs_a_namespace
def test_loopback_is_not_counted(tmp_path: Path) -> None:
    code = (
        "import socket\nwith socket.create_server(('127.0.0.1', 0)) as s:\n"
        "    socket.create_connection(s.getsockname()).close()"
    )
    done = run_apart([sys.executable, "-c", code], tmp_path / "trace", {}, tmp_path)
    assert done.returncode == 0, done.stderr
    assert attempts(tmp_path / "trace") == []
