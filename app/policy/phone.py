"""Phone numbers. The field in a rent system also holds notes and relatives' numbers: only one clean number counts."""

import re

import phonenumbers

_NUMBER_ONLY = re.compile(r"\+?[\d\s().\-\u2010-\u2015]{4,40}")


def parse_phone(text: str, country: str) -> str | None:
    """The number in E.164 when `text` is exactly one valid number and nothing else; `country` is its default region."""
    if not _NUMBER_ONLY.fullmatch(text.strip()):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
