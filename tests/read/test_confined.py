"""A reader process has nothing but its input, and outlives neither its time nor its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from drop import SAMPLES

from flows.ground.settings import PROJECT
from flows.read import Limits, read_files
from flows.read.confined import landlock_version
from flows.read.grid import Book

GOOD = SAMPLES / "2021-01" / "招商局" / "签约项目月报表.xlsx"
has_landlock = pytest.mark.skipif(not landlock_version(), reason="this kernel has no Landlock")
is_known_machine = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in {"x86_64", "aarch64"},
    reason="no filter of system calls is made for this machine",
)


def confined(act: str, *inputs: Path) -> subprocess.CompletedProcess[str]:
    """A process that confines itself to the folders, then acts."""
    program = (
        "import os, socket, subprocess, sys\nfrom pathlib import Path\n"
        f"from flows.read import confined\nconfined.confine(map(Path, sys.argv[1:]))\n{act}"
    )
    return subprocess.run(
        [sys.executable, "-c", program, *inputs],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_text("input")
    (tmp_path / "other").write_text("other")
    return tmp_path / "in"


def test_its_input_is_read(inputs: Path) -> None:
    done = confined("print(Path(sys.argv[1], 'a').read_text())", inputs)
    assert (done.stdout, done.stderr) == ("input\n", "")


@has_landlock
@pytest.mark.parametrize(
    "act",
    [
        "Path(sys.argv[1]).with_name('other').read_text()",
        "Path('/etc/passwd').read_text()",
        "os.listdir('/')",
        "Path(sys.argv[1], 'b').write_text('x')",
        "Path(sys.argv[1], 'a').unlink()",
        "Path(sys.argv[1], 'a').open('r+')",
        "os.truncate(Path(sys.argv[1], 'a'), 0)",
        "Path(sys.argv[1], 'c').symlink_to('/')",
        "Path(sys.argv[1], 'a').rename(Path(sys.argv[1], 'b'))",
    ],
)
def test_no_other_file_is_read_and_none_is_written(inputs: Path, act: str) -> None:
    assert "PermissionError" in confined(act, inputs).stderr
    assert [one.name for one in inputs.iterdir()] == ["a"]
    assert (inputs / "a").read_text() == "input"


@is_known_machine
@pytest.mark.parametrize(
    "act",
    [
        "socket.socket()",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "subprocess.run(['/bin/true'])",
        "os.execv(sys.executable, ['python'])",
    ],
)
def test_there_is_no_network_and_no_other_program(inputs: Path, act: str) -> None:
    assert "PermissionError" in confined(act, inputs).stderr
    assert "PermissionError" in confined(act).stderr


@has_landlock
def test_readers_read_where_they_are_told_and_nowhere_else(tmp_path: Path) -> None:
    files = {"in": tmp_path / "in" / "a.xlsx", "out": tmp_path / "b.xlsx"}
    for path in files.values():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(GOOD.read_bytes())
    told = dict(read_files(files, Limits(workers=1, inputs=(tmp_path / "in",))))
    assert isinstance(told["in"], Book)
    assert not isinstance(told["out"], Book)


def test_what_computes_on_is_ended(tmp_path: Path) -> None:
    """By the kernel, also where nobody waits for it any more."""
    done = confined("confined._GRACE_SECONDS = 0; confined.allow_seconds(1)\nwhile True: pass")
    assert -done.returncode in {signal.SIGXCPU, signal.SIGKILL}


def test_a_reader_ends_with_its_parent() -> None:
    """Killed, the parent can tell it nothing; the reader is at a file that takes for ever."""
    program = (
        "import os, subprocess, sys\n"
        "child = 'import sys, time\\nfrom flows.read.confined import end_with\\n"
        "end_with(int(sys.argv[1])); print(flush=True)\\ntime.sleep(600)'\n"
        "reader = subprocess.Popen([sys.executable, '-c', child, str(os.getpid())],"
        " stdout=subprocess.PIPE)\n"
        "reader.stdout.readline()\n"
        "print(reader.pid, flush=True)\n"
        "input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin and parent.stdout
    reader = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    while _is_running(reader):
        time.sleep(0.01)
    for pipe in (parent.stdin, parent.stdout):
        pipe.close()


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"
