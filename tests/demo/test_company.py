"""The neighbourhood is invented, and whole."""

from datetime import timedelta

from app.demo.company import ALERT_EMAIL, ALERT_PHONE, DEAD_PHONES, FIRST_PHONES, HOUSEHOLDS, find
from app.demo.story import ANNOUNCEMENTS, END, PLAYABLE_FROM, SCENES, START, Pays, Phones, Writes
from app.policy.phone import parse_phone
from app.vocabulary import TenancyKind

FICTION = range(46_701_740_605, 46_701_740_700)


def test_there_are_forty_homes_a_parking_place_and_a_room_for_a_society() -> None:
    kinds = [household.kind for household in HOUSEHOLDS]
    assert (kinds.count(TenancyKind.HOME), kinds.count(TenancyKind.PARKING), kinds.count(TenancyKind.PREMISES)) == (
        40,
        1,
        1,
    )
    assert len({household.id for household in HOUSEHOLDS}) == len(HOUSEHOLDS)


def test_every_number_is_one_that_is_kept_for_fiction_and_reads_as_a_number() -> None:
    numbers = [person.phone for household in HOUSEHOLDS for person in household.people if person.phone]
    for number in [*numbers, ALERT_PHONE]:
        assert int(number) in FICTION
        assert parse_phone(number, "SE") == number


def test_nobody_shares_a_number_and_no_address_can_be_reached() -> None:
    people = {person.id: person for household in HOUSEHOLDS for person in household.people}.values()
    numbers = [person.phone for person in people if person.phone]
    addresses = [person.email for person in people if person.email]
    assert len(numbers) == len(set(numbers))
    assert len(addresses) == len(set(addresses))
    assert all(address.isascii() and address.endswith("@example.org") for address in addresses)
    assert ALERT_EMAIL.endswith(".example.org")


def test_the_scenes_name_people_who_are_there_and_lie_within_the_story() -> None:
    for scene in SCENES:
        assert START <= scene.at <= END
        if isinstance(scene, Writes | Pays | Phones):
            assert find(scene.who).primary.given == scene.who
    assert all(said.household in HOUSEHOLDS for said in ANNOUNCEMENTS)
    assert START < PLAYABLE_FROM < END
    assert timedelta(days=62) > END - START


def test_the_first_phones_and_the_dead_one_belong_to_somebody() -> None:
    assert set(FIRST_PHONES) <= {household.id for household in HOUSEHOLDS}
    assert find("Petra").primary.phone in DEAD_PHONES
