"""Who gets a message: the primary tenant on the channel they asked for, else the other, then the next holder."""

import pytest

from app.policy.decision import Recipient, Send
from app.policy.facts import ContactPoint, HolderFacts
from app.policy.recipient import choose, language_for
from app.vocabulary import BlockKind, Channel
from tests.support.facts import ADDRESS, PHONE, RULES, decided, email, facts, holder, rules, sms, told

OTHER_PHONE, OTHER_ADDRESS = "+46701740633", "bo@example.se"


def both(
    preferred: Channel | None = None, *, phone: BlockKind | None = None, mail: BlockKind | None = None
) -> HolderFacts:
    return holder(preferred=preferred, points=(sms(blocked=phone), email(blocked=mail)))


BO = holder("P-2", primary=False, given_name="Bo", points=(sms(OTHER_PHONE), email(OTHER_ADDRESS)))


@pytest.mark.parametrize(
    ("holders", "address"),
    [
        ((both(),), PHONE),
        ((both(Channel.SMS),), PHONE),
        ((both(Channel.EMAIL),), ADDRESS),
        ((both(phone=BlockKind.OPT_OUT),), ADDRESS),
        ((both(phone=BlockKind.WRONG_NUMBER),), ADDRESS),
        ((both(phone=BlockKind.FAILED),), ADDRESS),
        ((both(Channel.EMAIL, mail=BlockKind.FAILED),), PHONE),
        ((holder(points=(email(),)),), ADDRESS),
        ((holder(preferred=Channel.EMAIL, points=(sms(),)),), PHONE),
        ((BO, both()), PHONE),
        ((BO, both(phone=BlockKind.FAILED)), ADDRESS),
        ((both(phone=BlockKind.OPT_OUT, mail=BlockKind.FAILED), BO), OTHER_PHONE),
        ((holder(points=()), BO), OTHER_PHONE),
        ((holder(points=()), holder("P-2", primary=False, preferred=Channel.EMAIL, points=BO.points)), OTHER_ADDRESS),
        ((BO, holder("P-9", points=(sms(),))), PHONE),
        ((holder("P-9", points=()), holder("P-3", primary=False, points=(sms("+4670333"),)), BO), OTHER_PHONE),
        ((both(phone=BlockKind.FAILED, mail=BlockKind.FAILED),), None),
        ((holder(points=()), holder("P-2", primary=False, points=())), None),
        ((holder(deceased=True), BO), OTHER_PHONE),
        ((), None),
    ],
)
def test_the_first_point_that_works_in_order_of_holder_and_wish(
    holders: tuple[HolderFacts, ...], address: str | None
) -> None:
    chosen = choose(facts(holders=holders))
    assert (chosen[1].address if chosen else None) == address


@pytest.mark.parametrize(
    ("points", "only", "address"),
    [
        ((sms(), email()), Channel.EMAIL, ADDRESS),
        ((sms(), email()), Channel.SMS, PHONE),
        ((sms(),), Channel.EMAIL, None),
        ((sms(), email(blocked=BlockKind.FAILED)), Channel.EMAIL, None),
    ],
)
def test_a_step_may_be_for_one_channel_only(
    points: tuple[ContactPoint, ...], only: Channel, address: str | None
) -> None:
    chosen = choose(facts(holders=(holder(points=points),)), only)
    assert (chosen[1].address if chosen else None) == address


def test_of_two_numbers_the_one_that_is_not_blocked_is_used() -> None:
    points = (sms(blocked=BlockKind.WRONG_NUMBER), sms(OTHER_PHONE))
    assert decided("2026-11-03 09:00", holders=(holder(points=points),)).recipient == Recipient(  # type: ignore[union-attr]  # a Send, or it fails
        "P-1", Channel.SMS, OTHER_PHONE
    )


def test_the_message_is_for_the_person_whose_point_it_is() -> None:
    silent = holder(points=(sms(blocked=BlockKind.OPT_OUT),), language="sv")
    english = holder("P-2", primary=False, given_name="Bo", points=(sms(OTHER_PHONE),), language="en")
    decision = decided("2026-11-03 09:00", holders=(silent, english))
    assert isinstance(decision, Send)
    assert decision.recipient.cap_keys == ("tenant:P-2", f"point:{OTHER_PHONE}")
    assert decision.language == "en"
    assert decision.because.as_dict()["name"] == "Bo"


def test_when_nobody_can_be_reached_a_person_takes_over_once() -> None:
    assert told(decided("2026-11-03 09:00", holders=(holder(points=()),))) == "assign not_seen_yet no_way_to_reach"
    assert told(decided("2026-11-03 08:00", holders=(holder(points=()),))) == "wait outside_hours 2026-11-03 09:00"
    assert told(decided("2026-11-03 09:00", holders=())) == "assign not_seen_yet no_way_to_reach"


@pytest.mark.parametrize(
    ("stated", "sendable", "language"),
    [
        (None, {"sv", "en"}, "sv"),
        ("en", {"sv", "en"}, "en"),
        ("ar", {"sv", "en"}, "sv"),
        ("ar", {"sv", "en", "ar"}, "ar"),
    ],
)
def test_the_stated_language_is_used_once_its_texts_are_reviewed(
    stated: str | None, sendable: set[str], language: str
) -> None:
    by = rules(sendable_languages=frozenset(sendable))
    assert language_for(holder(language=stated), by) == language
    assert language_for(holder(language=stated), RULES) in RULES.sendable_languages
