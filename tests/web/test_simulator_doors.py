"""What the simulator's doors do, over real HTTP."""

from collections.abc import Iterator

import pytest

from tests.support.demo import Open, open_neighbourhood

AMINA = "+46701740605"


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    with open_neighbourhood(tmp_path_factory.mktemp("norrangen")) as opened:
        yield opened


def test_the_clock_moves_forward_by_the_hour_and_the_day_and_to_a_moment(demo: Open) -> None:
    """The story begins at 06:00 Swedish winter time."""
    assert demo.order("clock", advance="1 hour").json() == {"now": "2026-10-26T06:00:00Z"}
    assert demo.order("clock", advance="1 day").json() == {"now": "2026-10-27T06:00:00Z"}
    assert demo.order("clock", to="2026-10-27T10:30:00+01:00").json() == {"now": "2026-10-27T09:30:00Z"}
    assert demo.order("clock", to="2026-10-26T10:30:00+01:00").status_code == 409
    assert demo.order("clock", to="2027-10-26T10:30:00+01:00").status_code == 409
    assert demo.neighbourhood.simulator.clock().isoformat() == "2026-10-27T09:30:00+00:00"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"advance": "1 week"},
        {"to": "2026-10-27T10:00:00"},
        {"advance": "1 day", "to": "2026-10-27T10:00:00Z"},
        {"x": 1},
    ],
)
def test_a_wrong_order_is_told_what_is_wrong(demo: Open, fields: dict[str, object]) -> None:
    answer = demo.order("clock", **fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_no_object_is_malformed(demo: Open) -> None:
    for body in (b"[]", b"{", b"\xff"):
        answer = demo.http.post("/simulator/clock", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
    assert demo.order("messages", **{"from": AMINA, "text": "x" * 30_000}).status_code == 413


def test_a_message_is_stored_once_and_answered_at_once(demo: Open) -> None:
    first = demo.order("messages", **{"from": AMINA, "text": "RING", "id": "one"}).json()
    again = demo.order("messages", **{"from": AMINA, "text": "RING", "id": "one"}).json()
    assert first["message_id"] == again["message_id"]
    log = demo.doors.log("T-1001", "sv")
    assert [entry.template for entry in log if entry.sent] == ["callback_ack"]
    assert [entry.text for entry in log if entry.kind == "reply"] == ["RING"]


def test_a_form_is_answered_with_the_page_it_came_from(demo: Open) -> None:
    data = {"from": AMINA, "text": "RING", "back": "/demo?language=en&phones=T-1001&phones=T-1004"}
    answer = demo.http.post("/simulator/messages", data=data)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/demo?language=en&phones=T-1001&phones=T-1004"


@pytest.mark.parametrize(
    "back", ["https://example.org/", "//example.org", "/demo?next=https://example.org", "\r\nSet-Cookie: a=b"]
)
def test_a_form_never_leads_elsewhere(demo: Open, back: str) -> None:
    answer = demo.http.post("/simulator/rent", data={"do": "silence", "back": back})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/demo"
    assert "set-cookie" not in answer.headers


def test_paying_closes_what_was_late_and_a_part_leaves_the_rest(demo: Open) -> None:
    demo.doors.move_to(demo.neighbourhood.simulator.clock().replace(month=10, day=31))
    assert demo.order("rent", do="pay_part", invoice="INV-1001-2611").status_code == 200
    assert "November, 4\xa0250\xa0kr kvar av 8\xa0450\xa0kr" in demo.page()
    assert demo.order("rent", do="pay", invoice="INV-1001-2611").status_code == 200
    assert "T-1001" not in {case["tenancy_id"] for case in demo.doors.cases("open")}
    assert demo.order("rent", do="pay", invoice="INV-0-0").status_code == 404


def test_who_is_made_to_miss_the_rent_is_late_the_day_after(demo: Open) -> None:
    assert demo.order("rent", do="miss", invoice="INV-1030-2611").status_code == 200
    demo.doors.move_to(demo.neighbourhood.simulator.clock().replace(month=10, day=31))
    late = {case["tenancy_id"] for case in demo.doors.cases("open")}
    assert "T-1030" in late
    assert "T-1031" not in late


def test_sara_answers_a_call_back(demo: Open) -> None:
    demo.order("messages", **{"from": AMINA, "text": "RING"})
    asked = demo.doors.callbacks("T-1001", open_only=True)[0]
    assert demo.order(f"callbacks/{asked['id']}", do="take").status_code == 200
    assert demo.doors.callbacks("T-1001")[0]["owner"] == "Sara"
    assert demo.order(f"callbacks/{asked['id']}", do="done").status_code == 200
    assert demo.doors.callbacks("T-1001")[0]["state"] == "done"
    assert demo.order("callbacks/999", do="done").status_code == 404


def test_a_reply_that_nobody_understood_waits_for_sara(demo: Open) -> None:
    message = demo.order("messages", **{"from": AMINA, "text": "min granne sjunger så fint"}).json()["message_id"]
    assert "min granne sjunger så fint" in demo.page(phones="T-1002")
    assert demo.order(f"replies/{message}").status_code == 200
    assert "Besvarat" not in demo.page(phones="T-1002")
    assert demo.order("replies/none").status_code == 404


def test_a_planned_call_needs_a_tenancy_that_is_there(demo: Open) -> None:
    assert demo.order("calls", tenancy="T-9999", outcome="reached").status_code == 404
    assert demo.order("calls", tenancy="T-1001", outcome="reached").status_code == 200


def test_start_over_is_carried_out_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    asked: list[str] = []
    with open_neighbourhood(tmp_path_factory.mktemp("norrangen"), restart=lambda: asked.append("again")) as demo:
        assert demo.http.post("/simulator/restart", data={}).status_code == 303
    assert asked == ["again"]


def test_what_tenants_and_rent_system_write_is_shown_as_text(demo: Open) -> None:
    demo.order("messages", **{"from": AMINA, "text": "<script>alert(1)</script>"})
    page = demo.page()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_every_household_can_be_chosen_and_odd_choices_are_ignored(demo: Open) -> None:
    """42 tenancies, of which one moves in later."""
    ids = [account.tenancy_id for account in demo.neighbourhood.simulator.rent_system.accounts()]
    assert len(ids) == 41
    for first in range(0, len(ids), 3):
        chosen = ids[first : first + 3]
        page = demo.page(phones=",".join(chosen))
        assert page.count('<article class="phone"') == len(chosen)
    assert demo.page(phones="T-0,<b>", language="xx").count('<article class="phone"') == 0


def test_a_protected_identity_shows_neither_name_nor_number(demo: Open) -> None:
    page = demo.page(phones="T-1010")
    assert "Skyddad identitet" in page
    assert "+46701740614" not in page


def test_the_page_speaks_english_throughout(demo: Open) -> None:
    page = demo.page(language="en")
    assert '<html lang="en">' in page
    for swedish in ("Varför", "Hyressystemet", "Betala", "Börja om", "dagar sen"):
        assert swedish not in page
