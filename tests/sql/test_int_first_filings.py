"""`int.first_filings`: when and by which file a department first filed a project, in each role."""

from house import House

JAN, FEB = "2021-01", "2021-02"
UNIT, OTHER = "招商局", "经济发展局"


def test_the_first_of_what_was_accepted(house: House) -> None:
    house.file("signed_projects", UNIT, JAN, {}, file="turned back", is_accepted=False)
    house.file("signed_projects", UNIT, JAN, {}, file="withdrawn", is_withdrawn=True)
    house.file("signed_projects", UNIT, FEB, {"role": "协办"}, file="partner", refresh_no=3)
    house.file("signed_projects", UNIT, FEB, {}, file="z", refresh_no=4)
    house.file("signed_projects", UNIT, JAN, {}, file="a", refresh_no=4)
    house.file("pipeline_projects", OTHER, JAN, {}, file="talk")
    rows = house.read("from int.first_filings order by first_arrival_no")
    assert [list(row.values())[:2] + list(row.values())[3:] for row in rows] == [
        ["signed_projects", UNIT, "协办", 3, 3, "partner"],
        ["signed_projects", UNIT, "牵头", 4, 4, "z"],
        ["pipeline_projects", OTHER, "牵头", 6, 6, "talk"],
    ]
