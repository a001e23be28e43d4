"""Sequences as staff write them: what is read, and what is said about a file that is wrong."""

import pytest

from app.errors import ConfigurationError
from app.policy.sequence_file import ONE_BANK_DAY, Sequence, Step, StopRule, parse_sequence
from app.policy.span import Span
from app.settings import SHIPPED
from app.vocabulary import AnchorKind, Channel, Condition, MessageClass, StepKind
from tests.support.facts import TEMPLATES

RIGHT = """
key = "arrears"
anchor = "due_date"
class = "arrears"
stop = "nothing_chaseable"
gap = "1 bank day"

[[step]]
key = "hello"
kind = "message"
after = "2 bank days"
until = "7 days"
template = "not_seen_yet"
if_part_paid = "part_missing"
channel = "sms"
gentle = true
when = ["not_answered", "has_sms"]

[[step]]
key = "call"
kind = "call"
after = "4 days"
attempts = 2
spacing = "2 bank days"
if_not_reached = "still_missing"

[[step]]
key = "review"
kind = "review"
after = "8 days"
"""


def read(text: str) -> Sequence:
    return parse_sequence(text, "late.toml", TEMPLATES)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        read(text)
    return str(raised.value).splitlines()


def test_every_field_is_read() -> None:
    assert read(RIGHT) == Sequence(
        key="arrears",
        anchor=AnchorKind.DUE_DATE,
        message_class=MessageClass.ARREARS,
        stop=StopRule.NOTHING_CHASEABLE,
        gap=Span(1, bank=True),
        steps=(
            Step(
                key="hello",
                kind=StepKind.MESSAGE,
                after=Span(2, bank=True),
                until=Span(7, bank=False),
                template="not_seen_yet",
                if_part_paid="part_missing",
                channel=Channel.SMS,
                gentle=True,
                when=(Condition.NOT_ANSWERED, Condition.HAS_SMS),
            ),
            Step(
                key="call",
                kind=StepKind.CALL,
                after=Span(4, bank=False),
                attempts=2,
                spacing=Span(2, bank=True),
                if_not_reached="still_missing",
            ),
            Step(key="review", kind=StepKind.REVIEW, after=Span(8, bank=False)),
        ),
    )


def test_what_is_left_out_has_a_default() -> None:
    short = read(RIGHT.replace('gap = "1 bank day"', "").replace("attempts = 2\nspacing", "#"))
    assert short.gap == Span(2, bank=True)
    assert (short.steps[1].attempts, short.steps[1].spacing) == (1, ONE_BANK_DAY)


@pytest.mark.parametrize("file", sorted((SHIPPED / "templates" / "sequences").glob("*.toml")), ids=lambda f: f.stem)
def test_the_shipped_files_are_right(file: object) -> None:
    path = SHIPPED / "templates" / "sequences" / getattr(file, "name", "")
    assert parse_sequence(path.read_text(encoding="utf-8"), path.name, TEMPLATES).key == path.stem


def test_three_sequences_are_shipped() -> None:
    assert {f.stem for f in (SHIPPED / "templates" / "sequences").iterdir()} == {"arrears", "thanks", "welcome"}


BROKEN = [
    ('key = "arrears"', "", "late.toml: key: write a name of letters, digits and underscores"),
    ('key = "arrears"', "key = 7", "late.toml: key: write a name of letters, digits and underscores"),
    ('key = "arrears"', 'key = "late rent"', "late.toml: key: write a name of letters, digits and underscores"),
    ('key = "arrears"', 'key = "sen_förfallen"', "late.toml: key: write a name of letters, digits and underscores"),
    (
        '"due_date"',
        '"birthday"',
        (
            "late.toml: anchor: 'birthday' is not one of due_date, tenancy_start, payment_seen, instalment_due, "
            "notice_served"
        ),
    ),
    (
        'anchor = "due_date"',
        "",
        "late.toml: anchor: missing; write one of due_date, tenancy_start, payment_seen, instalment_due, notice_served",
    ),
    (
        'class = "arrears"',
        'class = "spam"',
        "late.toml: class: 'spam' is not one of arrears, answer, information, alert",
    ),
    (
        '"nothing_chaseable"',
        '"never"',
        "late.toml: stop: 'never' is not one of nothing_chaseable, tenancy_ended, not_crossed",
    ),
    (
        'gap = "1 bank day"',
        'gap = "a while"',
        'late.toml: gap: "a while" is not a length of time; write it as "4 days" or "2 bank days"',
    ),
    (
        'gap = "1 bank day"',
        "gap = 2",
        'late.toml: gap: "2" is not a length of time; write it as "4 days" or "2 bank days"',
    ),
    (
        'gap = "1 bank day"',
        'pause = "1 day"',
        "late.toml: pause: not a field here; there is anchor, class, gap, key, step, stop",
    ),
    (
        'kind = "call"',
        'kind = "sms"',
        "late.toml: step 2 (call): kind: 'sms' is not one of message, call, visit, letter, review",
    ),
    (
        'after = "4 days"',
        "",
        'late.toml: step 2 (call): after: missing; write a length of time, as "4 days" or "2 bank days"',
    ),
    (
        'until = "7 days"',
        'until = "soon"',
        'late.toml: step 1 (hello): until: "soon" is not a length of time; write it as "4 days" or "2 bank days"',
    ),
    (
        'spacing = "2 bank days"',
        'spacing = "2 weeks"',
        'late.toml: step 2 (call): spacing: "2 weeks" is not a length of time; write it as "4 days" or "2 bank days"',
    ),
    ('template = "not_seen_yet"\n', "", "late.toml: step 1 (hello): template: a message needs one"),
    ('channel = "sms"', 'channel = "fax"', "late.toml: step 1 (hello): channel: 'fax' is not one of sms, email"),
    ("gentle = true", "gentle = false", "late.toml: step hello: gentle: the first message must be gentle = true"),
    ("gentle = true", "", "late.toml: step hello: gentle: the first message must be gentle = true"),
    ("attempts = 2", "attempts = 0", "late.toml: step 2 (call): attempts: write a whole number from 1 to 5"),
    ("attempts = 2", "attempts = 6", "late.toml: step 2 (call): attempts: write a whole number from 1 to 5"),
    ("attempts = 2", "attempts = true", "late.toml: step 2 (call): attempts: write a whole number from 1 to 5"),
    (
        'when = ["not_answered", "has_sms"]',
        'when = "not_answered"',
        'late.toml: step 1 (hello): when: write a list, such as ["not_answered"]',
    ),
    ('key = "review"', 'key = "call"', "late.toml: step call: key: used twice; keys are never reused"),
    ('key = "call"\n', "", "late.toml: step 2: key: write a name of letters, digits and underscores"),
    (
        'kind = "review"',
        'kind = "letter"',
        "late.toml: step: the last step must be a review, so that a person takes over",
    ),
    (
        'kind = "review"',
        'kind = "review"\nattempts = 2',
        "late.toml: step 3 (review): attempts: belongs to a step of kind call, not review",
    ),
    (
        'kind = "call"',
        'kind = "call"\ntemplate = "not_seen_yet"',
        "late.toml: step 2 (call): template: belongs to a step of kind message, not call",
    ),
    (
        'kind = "call"',
        'kind = "call"\nchannel = "sms"',
        "late.toml: step 2 (call): channel: belongs to a step of kind message, not call",
    ),
    (
        'kind = "call"',
        'kind = "call"\ncolour = "red"',
        (
            "late.toml: step 2 (call): colour: not a field here; there is after, attempts, channel, gentle, "
            "if_not_reached, if_part_paid, key, kind, spacing, template, until, when"
        ),
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), BROKEN)
def test_what_is_wrong_is_named_by_file_step_and_field(right: str, wrong: str, said: str) -> None:
    assert right in RIGHT
    assert problems(RIGHT.replace(right, wrong, 1)) == [said]


@pytest.mark.parametrize("field", ["template", "if_part_paid", "if_not_reached"])
def test_a_template_that_does_not_exist_is_named_with_those_that_do(field: str) -> None:
    lines = [f'{field} = "shout"' if line.startswith(f"{field} =") else line for line in RIGHT.splitlines()]
    (said,) = problems("\n".join(lines))
    step = "2 (call)" if field == "if_not_reached" else "1 (hello)"
    assert (
        said
        == f"late.toml: step {step}: {field}: there is no template 'shout'; there is {', '.join(sorted(TEMPLATES))}"
    )


def test_a_condition_outside_the_closed_list_is_named_with_the_list() -> None:
    (said,) = problems(RIGHT.replace('"has_sms"', '"full_moon"'))
    assert said == f"late.toml: step 1 (hello): when: 'full_moon' is not one of {', '.join(Condition)}"


def test_gentle_is_true_or_false() -> None:
    said = problems(RIGHT.replace("gentle = true", 'gentle = "very"'))
    assert said[0] == "late.toml: step 1 (hello): gentle: write true or false"


def test_all_problems_are_told_at_once() -> None:
    wrong = (
        RIGHT.replace('anchor = "due_date"', 'anchor = "birthday"')
        .replace('template = "not_seen_yet"', 'template = "shout"')
        .replace('after = "4 days"', 'after = "later"')
        .replace('kind = "review"', 'kind = "look"')
    )
    assert [said.split(" is not ")[0].split("; there")[0] for said in problems(wrong)] == [
        "late.toml: anchor: 'birthday'",
        "late.toml: step 1 (hello): template: there is no template 'shout'",
        'late.toml: step 2 (call): after: "later"',
        "late.toml: step 3 (review): kind: 'look'",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key = ", "late.toml: not valid TOML: Invalid value (at end of document)"),
        ('key = "a"\nkey = "b"', "late.toml: not valid TOML: Cannot overwrite a value (at line 2, column 10)"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(text: str, said: str) -> None:
    assert problems(text)[0].startswith(said[:40])
    assert "line" in problems(text)[0] or "end of document" in problems(text)[0]


@pytest.mark.parametrize("steps", ["", "step = []", "step = 3", 'step = "call"'])
def test_a_sequence_has_steps(steps: str) -> None:
    head = RIGHT[: RIGHT.index("[[step]]")]
    assert problems(head + steps) == ["late.toml: step: write at least one [[step]]"]


def test_a_step_is_a_table() -> None:
    head = RIGHT[: RIGHT.index("[[step]]")]
    assert problems(head + 'step = ["call"]') == ["late.toml: step 1: write it as [[step]]"]


def test_other_sequences_need_no_review_and_no_gentle_message() -> None:
    text = RIGHT.replace('"nothing_chaseable"', '"tenancy_ended"').replace("gentle = true", "")
    text = text[: text.rindex("[[step]]")]
    assert read(text).review is None
    assert not read(text).is_arrears
