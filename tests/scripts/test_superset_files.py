"""The dashboard's files say what the published relations do, and open the database locked."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import yaml
from drop import Drop

from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from scripts.superset import assets
from scripts.superset.__main__ import written


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return written(load_zone(PROJECT / "zone.toml"))


def test_they_are_as_generated(files: dict[str, str]) -> None:
    """`python -m scripts.superset` (`make docs`) writes them anew."""
    assert assets.committed() == files


def test_the_database_is_locked_and_read_only(files: dict[str, str]) -> None:
    database = yaml.safe_load(files["databases/guoban.yaml"])
    assert database["extra"]["engine_params"]["connect_args"] == {
        "read_only": True,
        "config": {
            "enable_external_access": False,
            "temp_directory": "",
            "lock_configuration": True,
        },
    }
    assert not any(database[name] for name in ("allow_dml", "allow_ctas", "allow_cvas"))


def test_columns_are_those_of_a_release(files: dict[str, str], golden: Drop) -> None:
    for path, text in files.items():
        if path.startswith("datasets/"):
            dataset = yaml.safe_load(text)
            labels = [one["verbose_name"] for one in dataset["columns"]]
            assert len(set(labels)) == len(labels)
            told = [
                (one["column_name"], one["type"], one["description"])
                for one in dataset["columns"]
                if "expression" not in one
            ]
            assert told == golden.query(
                "select column_name, data_type, comment from duckdb_columns() "
                "where schema_name = 'mart' and table_name = ? order by column_index",
                [dataset["table_name"]],
            )


def test_every_question_can_be_asked_of_a_release(files: dict[str, str], golden: Drop) -> None:
    """Every metric and every column that is made of others is SQL over its relation."""
    for path, text in files.items():
        if path.startswith("datasets/"):
            dataset = yaml.safe_load(text)
            asked = [one["expression"] for one in dataset["metrics"]]
            golden.query(f"select {', '.join([*asked, '1'])} from mart.{dataset['table_name']}")
            made = [one["expression"] for one in dataset["columns"] if "expression" in one]
            golden.query(f"select {', '.join([*made, '1'])} from mart.{dataset['table_name']}")


def test_charts_ask_for_what_their_datasets_have(files: dict[str, str]) -> None:
    loaded = {path: yaml.safe_load(text) for path, text in files.items()}
    datasets = {one["uuid"]: one for path, one in loaded.items() if path.startswith("datasets/")}
    charts = [one for path, one in loaded.items() if path.startswith("charts/")]
    assert len(charts) == 13
    for chart in charts:
        dataset = datasets[chart["dataset_uuid"]]
        metrics = {one["metric_name"] for one in dataset["metrics"]}
        columns = {one["column_name"] for one in dataset["columns"]}
        (query,) = json.loads(chart["query_context"])["queries"]
        assert set(query["columns"]) <= columns, chart["slice_name"]
        assert set(query["metrics"] or ()) <= metrics, chart["slice_name"]
        assert {one["col"] for one in query["filters"]} <= columns
    (page,) = [one for path, one in loaded.items() if path.startswith("dashboards/")]
    placed = {one["meta"]["uuid"] for one in page["position"].values() if "CHART" in str(one)[:20]}
    assert placed == {one["uuid"] for one in charts}


def test_the_archive_has_the_database_in_its_place(files: dict[str, str]) -> None:
    place = Path("/data/qingshan/warehouse/current/guoban.duckdb")
    archive = zipfile.ZipFile(io.BytesIO(assets.zipped(assets.at(files, place))))
    assert len(archive.namelist()) == len(files)
    database = yaml.safe_load(archive.read("guoban/databases/guoban.yaml"))
    assert database["sqlalchemy_uri"] == f"duckdb:///{place}"


def test_a_column_is_called_what_its_comment_begins_with() -> None:
    assert assets.verbose_name("完成率（%）：数值÷目标") == "完成率（%）"
    assert assets.verbose_name("月份，当月第一天；数值截至月末") == "月份"
    assert assets.verbose_name("数值，供阅读：亿元两位", 2) == "数值，供阅读"
