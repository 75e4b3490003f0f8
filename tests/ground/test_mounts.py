"""On which folders the kernel reports nothing of what others write."""

from pathlib import Path

import pytest

from flows.ground.mounts import is_elsewhere, kind_of

MOUNTS = """\
23 28 0:22 / /proc rw,nosuid shared:5 - proc proc rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 28 0:50 / /srv/报送 rw,relatime shared:9 - cifs //server/share rw,vers=3.1.1
41 40 8:2 / /srv/报送/本机 rw - xfs /dev/sdb1 rw
42 28 0:51 / /mnt/two\\040words rw - nfs4 server:/export rw
43 28 0:52 / /home/a rw - fuse.sshfs a@b: rw
44 28 0:53 / /mnt/twice rw - ext4 /dev/sdc1 rw
45 44 0:54 / /mnt/twice rw - 9p share rw
"""


@pytest.mark.parametrize(
    ("folder", "kind", "elsewhere"),
    [
        ("/srv/报送/2021-05", "cifs", True),
        ("/srv/报送", "cifs", True),
        ("/srv/报送/本机/甲", "xfs", False),
        ("/srv/报送二", "ext4", False),
        ("/mnt/two words/x", "nfs4", True),
        ("/home/a/b", "fuse.sshfs", True),
        ("/home/ab", "ext4", False),
        ("/mnt/twice", "9p", True),
    ],
)
def test_the_deepest_mount_tells(folder: str, kind: str, elsewhere: bool) -> None:
    assert kind_of(Path(folder), MOUNTS) == kind
    assert is_elsewhere(Path(folder), MOUNTS) is elsewhere


def test_a_link_is_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "报送").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "报送")
    mounts = f"28 1 8:1 / / rw - ext4 /dev/sda1 rw\n29 28 0:9 / {tmp_path / '报送'} rw - nfs x rw"
    assert is_elsewhere(tmp_path / "link", mounts)


def test_this_machine_says_something() -> None:
    assert kind_of(Path("/")) != ""
