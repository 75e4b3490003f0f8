"""A zone that begins from a copy of another's folders counts none of the other's files."""

import datetime as dt
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from drop import Drop

from flows.ask import decisions
from flows.ask.verify import verify
from flows.check import check
from flows.ground.errors import SettingsError
from flows.ground.settings import BEIJING, PROJECT
from flows.ground.zone import Department
from flows.store.belonging import begin_anew
from flows.store.warehouse import Warehouse
from guoban.cli import run_command
from scripts.write_samples import HASHES, RAW, hashes

NOW = dt.datetime(2021, 6, 3, 9, 30, tzinfo=BEIJING)
CONTRACT = {"investor": "甲公司", "contract_amount_cny": 3000}


def renamed(drop: Drop, name: str, *former: str) -> Drop:
    names = drop.zone.zone.model_copy(update={"name": name, "former_names": former})
    drop.zone = drop.zone.model_copy(update={"zone": names})
    return drop


def filed(drop: Drop, name: str, **more: object) -> None:
    drop.put(name, "signed_projects", "招商局", "2021-05", [CONTRACT | more])


def house(drop: Drop) -> Warehouse:
    return Warehouse(drop.settings.warehouse)


@pytest.fixture
def copied(drop: Drop) -> Drop:
    """A warehouse of the zone that the repository has, under the name of another."""
    filed(drop, "旧区.xlsx")
    drop.refresh()
    return renamed(drop, "另一开发区")


def test_a_refresh_says_which_two_ways_there_are(copied: Drop) -> None:
    with pytest.raises(SettingsError, match="two ways on") as refused:
        copied.refresh()
    for words in ("refresh --new", "former_names", "GUOBAN_WAREHOUSE"):
        assert words in str(refused.value)
        assert words in refused.value.chinese


def test_a_zone_with_a_new_name_keeps_its_warehouse(copied: Drop) -> None:
    renamed(copied, "另一开发区", "谷城 经济开发区")
    assert copied.refresh().published
    assert copied.value("ZS01", "2021-05") is not None
    # From then on it bears the new name; the old one alone is another zone.
    with pytest.raises(SettingsError, match="that of 另一开发区"):
        renamed(copied, "谷城经济开发区").refresh()


@pytest.mark.slow
def test_a_new_zone_begins_empty_and_the_other_s_warehouse_stays_whole(copied: Drop) -> None:
    before = (house(copied).folder / "current" / "guoban.duckdb").read_bytes()
    aside = begin_anew(house(copied), copied.zone, NOW)
    assert aside == house(copied).folder / "former" / "20210603-093000"
    # The other zone's file still lies in the drop folder: it is told, and neither kept nor counted.
    filed(copied, "新区.xlsx", investor="乙公司", contract_amount_cny=200)
    result = copied.refresh()
    told = {one.file: one for one in result.files}
    assert "是“谷城经济开发区”的文件，不属于本区" in told["旧区.xlsx"].findings[0].message
    assert copied.query("select distinct file from mart.submissions") == [("新区.xlsx",)]
    assert len(list(house(copied).archive.glob("??/*"))) == 1
    assert copied.refresh().published is None
    # What was put aside is read on as a warehouse of its own.
    old = renamed(Drop(copied.raw.parent / "old"), "谷城经济开发区")
    old.settings = old.settings.model_copy(update={"warehouse": aside})
    assert (aside / "current" / "guoban.duckdb").read_bytes() == before
    assert old.refresh().published is None


def test_a_move_that_was_ended_is_gone_on_with(
    copied: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, journal = Path.rename, house(copied).journal

    def ended(path: Path, target: Path) -> Path:
        if path == journal:
            raise OSError("the machine went down")
        return place(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", ended)
        with pytest.raises(Exception, match="can't be written"):
            begin_anew(house(copied), copied.zone, NOW)
    with pytest.raises(SettingsError, match="two ways on"):
        copied.refresh()
    later = NOW + dt.timedelta(days=1)
    aside = begin_anew(house(copied), copied.zone, later)
    assert aside is not None
    assert {one.name for one in aside.iterdir()} >= {"archive", "journal", "releases", "current"}
    assert [one.name for one in aside.parent.iterdir()] == ["20210603-093000"]
    assert begin_anew(house(copied), copied.zone, later) is None


def test_a_zone_s_own_warehouse_is_not_put_aside(drop: Drop) -> None:
    assert begin_anew(house(drop), drop.zone, NOW) is None
    filed(drop, "一.xlsx")
    drop.refresh()
    with pytest.raises(SettingsError, match="is that of 谷城经济开发区 itself"):
        begin_anew(house(drop), drop.zone, NOW)
    assert not (house(drop).folder / "former").exists()


def test_the_command_puts_aside_and_says_where(
    copied: Drop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = tmp_path / "zone.toml"
    text = (PROJECT / "zone.toml").read_text("utf-8")
    zone.write_text(text.replace("谷城经济开发区", "另一开发区"), "utf-8")
    places = ["--raw", copied.raw, "--warehouse", house(copied).folder, "--zone", zone]
    call = ["refresh", *map(str, places), "--orchestrator", "none"]
    assert run_command(call) == 2
    assert run_command([*call, "--new"]) == 0
    assert "former" in capsys.readouterr().err
    assert run_command([*call, "--new"]) == 2


# --- departments that end ------------------------------------------------------------------------

TEAM = "长三角招商分队"


def with_departments(drop: Drop, change: Callable[[Department], Department | None]) -> Drop:
    """The zone with its departments changed, or struck out where nothing comes of one."""
    made = [after for one in drop.zone.departments if (after := change(one)) is not None]
    drop.zone = drop.zone.model_copy(update={"departments": tuple(made)})
    # A copy keeps what was worked out of the departments it had.
    for name in ("roster", "ended"):
        drop.zone.__dict__.pop(name, None)
    return drop


def struck_out(name: str) -> Callable[[Department], Department | None]:
    return lambda one: None if one.name == name else one


def ended(name: str, until: dt.date) -> Callable[[Department], Department]:
    return lambda one: one.model_copy(update={"until": until}) if one.name == name else one


@pytest.fixture
def with_a_team(drop: Drop) -> Drop:
    """Two departments with figures of April and May."""
    for month in ("2021-04", "2021-05"):
        filed_on = f"{month[:-1]}{int(month[-1]) + 1}-01"
        for name, amount in (("招商局", 30000), (TEAM, 40000)):
            row = {
                "investor": f"{name}公司",
                "contract_amount_cny": amount,
                "project_id": f"GCKF-2021-{amount // 10000:04}",
            }
            drop.put(
                f"{month} {name}.xlsx", "signed_projects", name, month, [row], filed_on=filed_on
            )
    drop.refresh()
    assert drop.value("ZS01", "2021-05") == 7
    return drop


def test_a_department_struck_out_stops_the_start(with_a_team: Drop) -> None:
    """Its files would be nobody's, and its figures gone, without a word."""
    drop = with_departments(with_a_team, struck_out(TEAM))
    for start in (
        drop.refresh,
        lambda: check(drop.settings, drop.zone, [next(drop.raw.glob("*.xlsx"))]),
        lambda: verify(drop.settings, drop.zone),
    ):
        with pytest.raises(SettingsError) as refused:
            start()
        for words in (str(refused.value), refused.value.chinese):
            assert TEAM in words
            assert "2021-04" in words
            lines = words[words.index("[[departments]]") :].splitlines()[:-1]
            (written,) = tomllib.loads("\n".join(lines))["departments"]
            assert written["until"] == "2021-05"
            assert Department.model_validate(written).owes == {
                "2021-01": ("signed_projects", "paid_in", "pipeline_projects", "receptions")
            }
    assert drop.value("ZS01", "2021-05") == 7


def test_one_that_has_filed_nothing_may_be_struck_out(with_a_team: Drop) -> None:
    assert with_departments(with_a_team, struck_out("京津冀招商分队")).refresh().published


def set_targets(drop: Drop) -> None:
    target = {"indicator_code": "ZS01", "indicator": "合同投资额", "unit": "亿元", "year": 2021}
    rows = [
        target | {"department": name, "target": 10, "issued_on": "2021-01-08"}
        for name in ("全区", "招商局", TEAM)
    ]
    drop.put("目标.xlsx", "annual_targets", "招商局", "2021-01", rows, filed_on="2021-01-08")


@pytest.mark.slow
def test_a_department_with_a_new_name_is_the_same_one(with_a_team: Drop) -> None:
    """Its figures and series go on under the new name, also where a month is locked."""

    def under_new_name(one: Department) -> Department:
        new = {"name": "华东招商中心", "aliases": (*one.aliases, one.name)}
        return one.model_copy(update=new) if one.name == TEAM else one

    drop = with_a_team
    set_targets(drop)
    drop.refresh()
    moment = dt.datetime.now(BEIJING)
    decisions.lock(house(drop), dt.date(2021, 4, 1), "张三")
    changes = "select count(*) from mart.figure_changes"
    before = drop.query(changes)
    assert with_departments(drop, under_new_name).refresh().published
    for month in ("2021-04", "2021-05"):
        assert drop.value("ZS01", month) == 7
        assert drop.value("ZS01", month, "华东招商中心") == 4
    assert drop.query(changes) == before
    for relation in ("headline_indicators", "headline_rows", "figure_changes", "headline_vintages"):
        names = f"select 1 from mart.{relation} where department = '{TEAM}'"
        assert drop.query(names) == [], relation
    then = drop.query("select distinct department from mart.headline_as_of(?)", [moment])
    assert (TEAM,) in then


def test_what_an_earlier_version_wrote_down_names_no_departments(with_a_team: Drop) -> None:
    place = house(with_a_team).journal / "zone.json"
    known = json.loads(place.read_text("utf-8"))
    place.write_text(json.dumps({k: known[k] for k in ("name", "first_month")}), "utf-8")
    with pytest.raises(SettingsError, match=TEAM):
        with_departments(with_a_team, struck_out(TEAM)).refresh()


def test_a_working_database_that_is_gone_changes_nothing(with_a_team: Drop) -> None:
    house(with_a_team).working_database.unlink()
    with pytest.raises(SettingsError, match=TEAM):
        with_departments(with_a_team, struck_out(TEAM)).refresh()


@pytest.mark.slow
def test_a_department_that_ends_keeps_what_it_filed_and_owes_no_more(with_a_team: Drop) -> None:
    drop = with_departments(with_a_team, ended(TEAM, dt.date(2021, 5, 1)))
    set_targets(drop)
    for name in ("招商局", TEAM):
        row = {"investor": f"{name}公司", "contract_amount_cny": 30000}
        drop.put(
            f"06 {name}.xlsx", "signed_projects", name, "2021-06", [row], filed_on="2021-07-01"
        )
    drop.refresh()
    (said,) = [one for one in drop.findings(f"06 {TEAM}.xlsx") if one.severity == "error"]
    assert said.rule == "E003"
    assert "止于2021年5月，不再报送2021年6月" in said.message
    assert drop.value("ZS01", "2021-05") == 7
    owed = drop.query(
        "select report_month::varchar, count(*) from mart.return_status where department = ? "
        "and report_month >= '2021-04-01' group by all order by all",
        [TEAM],
    )
    assert owed == [("2021-04-01", 4), ("2021-05-01", 4)]
    ranks = drop.query(
        "select report_month::varchar, target_value, rank, completion_pct is null, note "
        "from mart.headline_indicators where department = ? and indicator_code = 'ZS01' "
        "and report_month >= '2021-05-01' order by all",
        [TEAM],
    )
    assert [row[:4] for row in ranks] == [
        ("2021-05-01", 10, 1, False),
        ("2021-06-01", None, None, True),
    ]
    assert "止于2021-05，不再考核" in ranks[1][4]
    assert not drop.query(
        "select 1 from mart.findings where rule in ('T501', 'B701') and department = ? "
        "and report_month = '2021-06-01'",
        [TEAM],
    )


def test_samples_count_in_no_zone_but_their_own(drop: Drop) -> None:
    sample = next((PROJECT / "data" / "raw").glob("2021-05/招商局/*.xlsx"))
    shutil.copyfile(sample, drop.raw / "任意.xlsx")
    (told,) = renamed(drop, "另一开发区").refresh().files
    assert told.status == "rejected"
    assert "谷城经济开发区" in told.findings[0].message
    # Saved anew it would be other bytes, and counted.
    assert told.findings[0].suggestion == "请移出投放文件夹，不要另存后再报。"
    assert check(drop.settings, drop.zone, [drop.raw / "任意.xlsx"]) == [told]
    assert list(house(drop).archive.glob("??/*")) == []


def test_the_hashes_of_the_samples_are_those_of_the_samples() -> None:
    assert HASHES.read_text("utf-8") == hashes(RAW)
