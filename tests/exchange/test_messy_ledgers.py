"""Ledgers as offices send them: every listed defect is reported, and no other."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

from openpyxl import load_workbook

from tests.exchange.ledgers import all_problems, defects, made_up_id, read, text_file, workbook_file

TOWN_HEADER = [
    "序号",
    "姓 名*",
    "身份证号（18位）",
    "性别：",
    "出生日期",
    "联系电话",
    "独居（是/否）",
]


def test_a_town_registry_with_titles_totals_formulas_and_merged_cells(tmp_path: Path) -> None:
    whole = made_up_id(date(1940, 3, 5), 11)
    wrong = whole[:17] + ("1" if whole[17] != "1" else "2")
    path = workbook_file(
        tmp_path / "三井街道.xlsx",
        {
            "花名册": [
                ["三井街道八十岁以上老人花名册"],
                ["填报单位：三井街道", None, "单位：人"],
                TOWN_HEADER,
                [1, "李四", whole, "男", date(1940, 3, 5), 13812345678, "是"],
                [2, "王五", wrong, "女", "1941.7.2", "138 1234 5678", "√"],
                [3, "赵六", 320411194003050123, "女性", "40-3-5", "1381234567", "不详"],
                [4, "钱七", whole, "女", "=D4", "0519-85123456", True],
                [5, None, whole, "男", "1900-01-00", "无", "否"],
                [],
                [6, "孙八", "", "男", 15000, "１３９１２３４５６７８", 0],
                [7, None, "", "男", "1943-02-29", "", "有"],
                ["合计", 7],
                ["制表人：周九"],
            ]
        },
        merged=["A1:G1", "B10:B11"],
    )
    table = read(path)
    assert (table.sheet, table.header_row) == ("花名册", 3)
    assert table.frame.index.tolist() == [4, 5, 6, 7, 8, 10, 11]
    assert defects(all_problems(table)) == [
        (3, "序号", "unknown_column"),
        (5, "身份证号（18位）", "wrong_checksum"),
        (6, "出生日期", "two_digit_year"),
        (6, "性别：", "unknown_word"),
        (6, "独居（是/否）", "not_a_flag"),
        (6, "联系电话", "wrong_phone"),
        (6, "身份证号（18位）", "number_too_long"),
        (7, "出生日期", "formula"),
        (8, "出生日期", "empty_date"),
        (8, "姓 名*", "empty"),
        (8, "联系电话", "not_a_phone"),
        (11, "出生日期", "impossible_date"),
        (11, "姓 名*", "merged_cell"),
        (12, "", "total_row"),
        (13, "", "note_row"),
    ]


def test_group_headings_a_cover_sheet_and_a_hidden_sheet(tmp_path: Path) -> None:
    path = workbook_file(
        tmp_path / "ledger.xlsx",
        {
            "老人": [
                ["老人", None, "联系人", None, "服务"],
                ["姓名", "电话", "姓名", "电话", "服务日"],
                ["李四", "13812345678", "李五", "13912345678", "周一至周五"],
                ["王五", "#N/A", "王六", "139123456789", "周一、周一"],
                ["赵六", None, None, None, 135],
            ],
            "说明": [["请如实填写"], ["一人一行"]],
            "旧表": [["姓名", "电话"], ["钱七", "1"]],
        },
        merged=["A1:B1", "C1:D1"],
    )
    book = load_workbook(path)
    book["旧表"].sheet_state = "hidden"
    book.save(path)
    table = read(path)
    assert (table.sheet, table.header_row) == ("老人", 2)
    assert table.columns == ("name", "phone", "contact_name", "contact_phone", "weekdays")
    assert list(table.frame.loc[3]) == [
        "李四",
        "13812345678",
        "李五",
        "13912345678",
        "周一至周五",
    ]
    assert defects(all_problems(table)) == [
        (4, "服务日", "weekday_twice"),
        (4, "电话", "error_cell"),
        (4, "联系人电话", "wrong_phone"),
    ]


def test_a_gb18030_export_with_broken_lines(tmp_path: Path) -> None:
    lines = [
        "新桥镇老人台账,,,",
        "姓名,性别,出生日期,地址",
        "李四,男,1940/3/5,长江路１号",
        '王五,女,1941年7月2日,"长江路2号,乙单元"',
        "赵六,女,1942-1-1,长江路3号,乙单元",
        "钱七,男",
        '孙八,男,1943-1-1,"长江路4号',
        "周九,男,1944-13-1,长江路5号",
        "小计,6,,",
        "姓名,性别,出生日期,地址",
        ",,,",
        "吴十,南,19450101,长江路6号,,",
        "郑十一,男,1946\0-1-1,长江路7号",
    ]
    text = "\r\n".join(lines).encode("gb18030")
    mixed = "冯十二,男,1947-1-1,长江路8号".encode()
    broken = b"\r\n\xff\xff,1,1,1\r\n"
    path = tmp_path / "新桥.csv"
    path.write_bytes(text + b"\r\n" + mixed + broken)
    table = read(path)
    assert table.frame["name"].tolist() == ["李四", "王五", "周九", "吴十"]
    assert table.frame.loc[4, "address"] == "长江路2号,乙单元"
    assert defects(all_problems(table)) == [
        (5, "", "too_many_cells"),
        (6, "", "too_few_cells"),
        (7, "", "unbalanced_quote"),
        (8, "出生日期", "impossible_date"),
        (9, "", "total_row"),
        (10, "", "header_row"),
        (12, "性别", "unknown_word"),
        (13, "", "nul_byte"),
        (14, "", "mixed_encoding"),
        (15, "", "bad_bytes"),
    ]


def test_a_csv_from_another_program_with_quotes_and_formulas(tmp_path: Path) -> None:
    path = text_file(
        tmp_path / "export.csv",
        [
            "姓名;电话;地址;满意度;",
            '"李四";="051985123456";"长江路1号',
            '二单元";好;',
            "王五;'+8613812345678;=cmd|' /c calc'!A0;差;",
            '赵"六;1.38E+10;"他说""好""";;附注',
            ";13812345678;长江路3号;;",
            ";;;;",
        ],
        "utf-8-sig",
    )
    table = read(path)
    assert table.frame["address"].tolist() == ["长江路1号\n二单元", "", '他说"好"', "长江路3号"]
    assert table.frame["phone"].tolist()[:2] == ["051985123456", "+8613812345678"]
    assert defects(all_problems(table)) == [
        (1, "满意度", "unknown_column"),
        (3, "地址", "formula"),
        (4, "", "column_without_header"),
        (4, "电话", "rounded_by_spreadsheet"),
        (5, "姓名", "empty"),
    ]


def test_a_table_of_english_headers_in_utf_16_with_tabs(tmp_path: Path) -> None:
    path = text_file(
        tmp_path / "visits.txt",
        [
            "Name\tWeekdays\tStart\tMinutes (min)\tBirth Date",
            "李四\tMon-Fri\t2:30 pm\t60\t1940-03-05",
            "王五\t一三五\t8点半\t1,200\t5/3/1940",
            "赵六\t1-3-5\t25:00\t60分\t1940",
            "钱七\t每天\t上午14点\t1.5\t1940年3月",
            "孙八\t工作日\t8\t30\t1940-03-05 08:30",
            "Total\t5",
        ],
        "utf-16",
    )
    table = read(path)
    assert table.titles["minutes"] == "Minutes (min)"
    assert defects(all_problems(table)) == [
        (3, "Birth Date", "day_before_year"),
        (4, "Birth Date", "not_a_date"),
        (4, "Minutes (min)", "not_a_number"),
        (4, "Start", "impossible_clock"),
        (4, "Weekdays", "not_weekdays"),
        (5, "Birth Date", "date_without_day"),
        (5, "Minutes (min)", "not_whole"),
        (5, "Start", "clock_contradicts"),
        (6, "Birth Date", "date_with_time"),
        (6, "Start", "clock_without_minutes"),
        (7, "", "total_row"),
    ]


def test_headers_above_the_wrong_columns(tmp_path: Path) -> None:
    born = [date(1940 + year, 3, 5) for year in range(12)]
    rows = [
        [made_up_id(day, 11), f"老人{number}", day, f"138123456{number:02d}"]
        for number, day in enumerate(born)
    ]
    path = workbook_file(
        tmp_path / "swapped.xlsx", {"名单": [["姓名", "地址", "电话", "出生日期"], *rows]}
    )
    assert defects(all_problems(read(path))) == [
        (1, "出生日期", "wrong_column"),
        (1, "姓名", "wrong_column"),
        (1, "电话", "wrong_column"),
    ]


def test_meals_with_real_times_flags_and_a_second_header(tmp_path: Path) -> None:
    path = workbook_file(
        tmp_path / "meals.xlsx",
        {
            "订餐": [
                ["姓名", "服务日", "开始时间", "独居", "时长（分钟）", None],
                ["Name", "Weekdays", "Start", None, "Minutes", None],
                ["李四", 135, time(11, 30), "√", 30, None],
                ["王五", "周一到周日", 0.479166, "×", 45.0, "备注在此"],
                ["赵六", "双周一", "11点半", "Y", "三十", None],
                ["钱七", 1.5, "十一点", 2, -5, None],
                ["共4人"],
            ]
        },
    )
    table = read(path)
    assert list(table.frame.loc[3]) == ["李四", "135", "11:30", "√", "30"]
    assert defects(all_problems(table)) == [
        (2, "", "header_row"),
        (4, "", "column_without_header"),
        (5, "时长（分钟）", "not_a_number"),
        (5, "服务日", "not_weekdays"),
        (6, "独居", "not_a_flag"),
        (7, "", "total_row"),
    ]
