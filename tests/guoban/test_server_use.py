"""How long Prefect's server stays: who uses it, who was killed, who let it stay."""

import shutil
from pathlib import Path

from flows.announcement import announcing
from flows.server import Use, _Watch, forget_users


def used(home: Path, minutes: float | None = None, name: str = "1") -> None:
    """A command that used the server and has ended: by itself with so many minutes, else killed."""
    with Use(home) as use:
        if minutes is not None:
            use.ends(minutes)
    use.path.rename(use.path.with_name(name))


def test_it_stays_while_a_command_is_at_work(tmp_path: Path) -> None:
    watch = _Watch(tmp_path)
    with Use(tmp_path) as use:
        # Files are named by processes, and this test is one.
        use.path.rename(use.path.with_name("0"))
        used(tmp_path)
        assert not watch._is_over()
        use.ends(0)
    assert watch._is_over()


def test_it_is_left_to_another_command_that_uses_it(tmp_path: Path) -> None:
    with Use(tmp_path) as other:
        other.path.rename(other.path.with_name("0"))
        with Use(tmp_path) as use:
            assert use.is_shared()
    with Use(tmp_path) as use:
        assert not use.is_shared()


def test_it_goes_with_a_command_that_is_killed(tmp_path: Path) -> None:
    watch = _Watch(tmp_path)
    used(tmp_path, minutes=10)
    assert not watch._is_over()
    used(tmp_path)
    assert watch._is_over()


def test_it_stays_for_the_minutes_of_the_last_command(tmp_path: Path) -> None:
    watch = _Watch(tmp_path)
    used(tmp_path, minutes=10, name="1")
    used(tmp_path, minutes=0, name="2")
    assert not watch._is_over()
    assert list((tmp_path / "users").iterdir()) == []


def test_it_goes_when_nobody_can_find_it_any_more(tmp_path: Path) -> None:
    watch = _Watch(tmp_path)
    with announcing(tmp_path, "http://127.0.0.1:1/api", lingers=True):
        watch.is_announced = True
        used(tmp_path, minutes=10)
        assert not watch._is_over()
    assert watch._is_over()


def test_it_goes_with_its_home(tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    watch = _Watch(home)
    used(home, minutes=10)
    assert not watch._is_over()
    shutil.rmtree(home)
    assert watch._is_over()


def test_what_killed_commands_left_is_no_concern_of_the_next_server(tmp_path: Path) -> None:
    used(tmp_path, name="1")
    with Use(tmp_path) as use:
        forget_users(tmp_path)
        assert list((tmp_path / "users").iterdir()) == [use.path]


def test_it_goes_where_nobody_can_tell_how_long_it_may_stay(tmp_path: Path) -> None:
    """A damaged file, and what else lies there, is no command that keeps it."""
    watch = _Watch(tmp_path)
    users = tmp_path / "users"
    for said in (b"5.0\xff", b"five", b"nan", b"inf"):
        users.mkdir(exist_ok=True)
        (users / "1").write_bytes(said)
        (users / "2").mkdir(exist_ok=True)
        (users / "link").unlink(missing_ok=True)
        (users / "link").symlink_to("link")
        assert watch._is_over()
        assert not (users / "1").exists()
    forget_users(tmp_path)
    with Use(tmp_path) as use:
        assert not use.is_shared()
