"""How a return is declared: a class whose fields carry their whole description.

From one field come the pandera check (`schemas.frames`), the DuckDB column with its
comment, the header map, the entry of the data dictionary and the column of the blank workbook.
What the values mean across rows, files or months is for the stages and for `sql/checks/`.

Every command asks what returns there are, few judge one: neither pandera nor polars is imported.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, get_type_hints

from schemas.rules import R101, R102, R103, R104, Rule, Severity

if TYPE_CHECKING:
    import polars as pl

# Amounts in yuan ("元") and other decimals: sixteen digits before the point, four after it, so a
# figure typed in 亿元 with twelve decimals is still exact.
SCALE = 4
PRECISION = 20
Text = str
Whole = int
YesNo = bool
Day = dt.date
Money = Decimal
Number = Decimal
_DUCKDB_TYPES = {
    Text: "VARCHAR",
    Whole: "BIGINT",
    YesNo: "BOOLEAN",
    Day: "DATE",
    Decimal: f"DECIMAL({PRECISION},{SCALE})",
}

# What a cross-field check gets and gives: the field of a name as polars' expression, and one.
Expr: TypeAlias = "pl.Expr"
Col: TypeAlias = "Callable[[str], pl.Expr]"

MAX_TEXT = 2000

# Columns that a frame has beside the declared ones, for cross-field checks: the last day of the
# submission's month (Date), and whether the zone counts half days of trips (Boolean).
PERIOD_END = "period_end"
HALF_DAYS = "half_days_count"

# Province-level units by their short names, and where visitors from elsewhere come from.
PROVINCES = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "重庆",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
    "香港", "澳门", "台湾", "境外",
)  # fmt: skip


class Kind(StrEnum):
    """How a cell of the column is read."""

    TEXT = "文字"
    CHOICE = "选项"
    PROVINCE = "省份"
    LIST = "省份列表"
    DEPARTMENT = "单位"
    RETURN = "报表名称"
    IDENTIFIER = "编号"
    PROJECT = "项目编号"
    CREDIT_CODE = "信用代码"
    WHOLE = "整数"
    NUMBER = "数值"
    MONEY = "金额"
    DATE = "日期"
    MONTH = "月份"
    YES_NO = "是否"


NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.WHOLE})
# Numbers of things: letters and digits that are compared, never counted.
IDENTIFIERS = frozenset({Kind.IDENTIFIER, Kind.PROJECT, Kind.CREDIT_CODE})
# What departments write as they like.
WORDS = frozenset({Kind.TEXT, Kind.IDENTIFIER})


class Cycle(StrEnum):
    """How the months of a return hang together."""

    SNAPSHOT = "每月快照"
    """02, 04, 09, 10, 13: each month tells the whole state anew."""
    FLOW = "每月发生"
    """03: each month tells what happened in it."""
    LEDGER = "台账"
    """05 to 08, 11, 12: events; the same key in a later month updates the row."""
    CUMULATIVE = "逐份累加"
    """01 and 14: every file stays in force, a later one replaces rows of the same key."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """What a field of a return is, beyond its name and type."""

    kind: Kind
    header: str
    aliases: tuple[str, ...] = ()
    description: str
    unit: str | None = None
    """Unit in which departments state it; money is stored in yuan whatever it says."""
    required: bool = False
    required_when: str = ""
    choices: tuple[str, ...] = ()
    above: int | None = None
    at_least: int | None = None
    within: tuple[int, int] | None = None
    max_length: int | None = None
    may_follow_period: bool = False
    is_envelope: bool = False
    """The submission's reporter or month, which the envelope may state once for all rows."""
    is_year: bool = False
    """A year, which may be written 2021年."""
    unit_field: str | None = None
    """Field of the same row that says in which unit this one is; rows are no sum of each other."""
    is_project_total: bool = False
    """The whole amount of a project, whose size R106 judges."""
    is_personal: bool = False
    """Names and telephone numbers of contacts: masked in whatever leaves the department."""
    lists_names: bool = False
    """Names that are counted: a cell may list several, each counts."""
    is_free_text: bool = False
    """Words as somebody wrote them: telephone numbers in them are masked where they leave."""

    @property
    def constraint(self) -> str:
        """The column's constraint in Chinese words, for dictionary, template and findings."""
        words = []
        if self.required:
            words.append("必填")
        elif self.required_when:
            words.append(f"{self.required_when}时必填")
        if self.choices:
            words.append("、".join(self.choices) + "之一")
        if self.above is not None:
            words.append(f"大于{self.above}")
        if self.at_least is not None:
            words.append(f"不小于{self.at_least}")
        if self.within is not None:
            words.append(f"{self.within[0]}至{self.within[1]}")
        if self.max_length is not None and self.max_length != MAX_TEXT:
            words.append(f"不超过{self.max_length}字")
        return "；".join(words)


@dataclass(frozen=True, kw_only=True)
class CrossField:
    """A check over several fields of one row: its rule, the cell it points at, what it shows."""

    name: str
    rule: Rule
    at: str
    sound: Callable[[type[Return], Col], Expr]
    """True where the row is sound; null (a value is missing) counts as sound."""
    shows: tuple[str, ...] = ()
    severity: Severity | None = None
    message: str = ""

    @property
    def grade(self) -> Severity:
        """How serious a row is that fails it: its own severity, else its rule's."""
        return self.severity or self.rule.severity


@dataclass(frozen=True, kw_only=True)
class Form:
    """The return as a whole, as its form states it."""

    number: str
    slug: str
    title: str
    form_no: str
    filed_by: str
    cycle: Cycle
    grain: str
    key: tuple[str, ...]
    """Natural key of a row within one submission."""
    month_from: str | None = None
    """Field whose date gives the month where the envelope states none (14)."""
    rows_decide_month: bool = False
    """`month_from` wins over the envelope (01 belongs to the month of its 下达日期)."""
    known_by: tuple[str, ...] = ()
    """A ledger's date, and its name: a later row with the key is the same entry if one of them stays."""
    remark: str | None = "remark"
    """Field that holds a note or explanation of the row."""
    total_label: str = "合计"
    cross_fields: Mapping[str, CrossField] = field(default_factory=dict)


class Return(ABC):
    """Base of all returns: a frame with one column per field, null where nothing usable stood."""

    _form: ClassVar[Form]
    _columns: ClassVar[dict[str, Column]]

    def __init_subclass__(
        cls,
        *,
        number: str,
        title: str,
        form_no: str,
        filed_by: str,
        cycle: Cycle,
        grain: str,
        key: tuple[str, ...],
        month_from: str | None = None,
        rows_decide_month: bool = False,
        known_by: tuple[str, ...] = (),
        remark: str | None = "remark",
    ) -> None:
        declared = vars(cls).items()
        cls._columns = {name: one for name, one in declared if isinstance(one, Column)}
        cls._form = Form(
            number=number,
            slug=cls.__module__.rpartition(".")[2],
            title=title,
            form_no=form_no,
            filed_by=filed_by,
            cycle=cycle,
            grain=grain,
            key=key,
            month_from=month_from,
            rows_decide_month=rows_decide_month,
            known_by=known_by,
            remark=remark,
            cross_fields={one.name: one for _, one in declared if isinstance(one, CrossField)},
        )

    @classmethod
    def form(cls) -> Form:
        """The form's title, number, cycle and key."""
        return cls._form

    @classmethod
    def own_key(cls) -> tuple[str, ...]:
        """The key's fields that tell rows of one submission apart."""
        columns = cls.columns()
        return tuple(name for name in cls._form.key if not columns[name].is_envelope)

    @classmethod
    def columns(cls) -> Mapping[str, Column]:
        """Each field's declaration by its English name, in the order of the form."""
        return cls._columns

    @classmethod
    def types(cls) -> dict[str, type]:
        """Each field's type by its English name: str, int, bool, date, or Decimal."""
        hints = get_type_hints(cls)
        return {name: hints[name] for name in cls._columns}

    @classmethod
    def duckdb_types(cls) -> dict[str, str]:
        """Each field's type in DuckDB by its English name."""
        return {name: _DUCKDB_TYPES[kind] for name, kind in cls.types().items()}

    @classmethod
    def comments(cls) -> dict[str, str]:
        """Each field's comment for the published database: header, stored unit, description."""
        return {name: _comment(column) for name, column in cls.columns().items()}


def _comment(column: Column) -> str:
    unit = "元" if column.kind is Kind.MONEY else column.unit
    return f"{column.header}{f'（{unit}）' if unit else ''}：{column.description}"


# pandera's own checks, and the rule that each of them is.
BUILT_IN_RULES: dict[str, Rule] = {
    "not_nullable": R101,
    "str_length": R102,
    "greater_than": R103,
    "greater_than_or_equal_to": R103,
    "isin": R104,
    "in_range": R104,
}


def province(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """A province-level unit by its short name, or 境外."""
    return text(header, description, *aliases, kind=Kind.PROVINCE, **more)


def province_list(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """Several provinces in one cell, stored by short names with "、" between them."""
    return text(header, description, *aliases, kind=Kind.LIST, **more)


def return_title(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """The title of one of the returns (报表名称)."""
    return text(header, description, *aliases, kind=Kind.RETURN, **more)


def identifier(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """The number of a thing (a trip, a voucher, a cadre): however it is spelt, it is the same one."""
    return text(header, description, *aliases, kind=Kind.IDENTIFIER, **more)


def text(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """Free text; `kind` says where more is known of it (a project number, a department)."""
    more.setdefault("kind", Kind.TEXT)
    more.setdefault("max_length", MAX_TEXT)
    return Column(header=header, description=description, aliases=aliases, **more)


def choice(
    header: str, description: str, *aliases: str, choices: tuple[str, ...], **more: Any
) -> Any:
    """One of the values that the form allows."""
    return Column(
        kind=Kind.CHOICE,
        header=header,
        description=description,
        aliases=aliases,
        choices=choices,
        **more,
    )


def whole(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """A whole number."""
    return Column(kind=Kind.WHOLE, header=header, description=description, aliases=aliases, **more)


def number(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """A decimal that is no money (days, kilometres, a target)."""
    return Column(kind=Kind.NUMBER, header=header, description=description, aliases=aliases, **more)


def money(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """An amount of money: stated in 万元 as a rule, stored in yuan; the field ends in `_cny`."""
    return Column(
        kind=Kind.MONEY,
        header=header,
        description=description,
        aliases=aliases,
        unit="万元",
        **more,
    )


def day(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """A date; an event's date does not lie after its period unless `may_follow_period`."""
    return Column(kind=Kind.DATE, header=header, description=description, aliases=aliases, **more)


def yes_no(header: str, description: str, *aliases: str, **more: Any) -> Any:
    """是 or 否."""
    return Column(kind=Kind.YES_NO, header=header, description=description, aliases=aliases, **more)


def report_month(header: str = "报告期", *aliases: str, **more: Any) -> Any:
    """The month a row belongs to, stated in a column or once in the envelope.

    A month that is data of the row and not the submission's own has `is_envelope=False`.
    """
    more.setdefault("is_envelope", True)
    return Column(
        kind=Kind.MONTH,
        header=header,
        aliases=aliases or ("报表期", "统计月份", "所属期", "月份"),
        description=more.pop("description", "数据所属的月份，存为当月第一天"),
        required=True,
        **more,
    )


def department(header: str = "填报单位", *aliases: str, **more: Any) -> Any:
    """The department a row belongs to, stated in a column or once in the envelope.

    A department that is data of the row and not the reporter has `is_envelope=False`.
    """
    more.setdefault("is_envelope", True)
    return text(
        header,
        more.pop("description", "报送本表的单位，按名录的规范名称"),
        *(aliases or ("报送单位", "责任单位", "引资单位", "招商单位", "单位")),
        kind=Kind.DEPARTMENT,
        required=True,
        **more,
    )


def project_number(header: str = "项目编号", *aliases: str, **more: Any) -> Any:
    """The number that the zone issues once for a project; the returns meet on it."""
    more.setdefault("required", True)
    return text(
        header,
        more.pop("description", "备案登记时发放的项目编号，一个项目只有一个"),
        *(aliases or ("项目代码", "备案号", "编号", "项目ID")),
        kind=Kind.PROJECT,
        **more,
    )


def remark(header: str = "备注", description: str = "说明文字", *aliases: str, **more: Any) -> Any:
    """Free words about the row; rules that ask for a note look here."""
    return text(header, description, *(aliases or ("说明", "情况说明")), is_free_text=True, **more)


def cross_field(
    rule: Rule,
    *,
    at: str,
    shows: tuple[str, ...] = (),
    severity: Severity | None = None,
    message: str = "",
) -> Callable[[Callable[[Any, Col], Expr]], Any]:
    """Turns a method returning an expression into a check of the whole row.

    The expression is true where the row is sound; null (a value is missing) counts as sound. It
    may ask `col` for the row's fields and for the columns `PERIOD_END` and `HALF_DAYS`. A failing
    row gets a finding of `rule` at the cell of field `at`, its message `message` (else the rule's
    wording) with the values of the fields in `shows`.
    """

    def decorate(method: Callable[[type[Return], Col], Expr]) -> Any:
        return CrossField(
            name=f"{rule.id} {method.__name__}",
            rule=rule,
            at=at,
            sound=method,
            shows=shows,
            severity=severity,
            message=message,
        )

    return decorate
