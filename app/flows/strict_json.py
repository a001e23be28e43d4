"""Reads JSON from strangers: what is ambiguous or hostile is refused, and equal content has one fingerprint."""

import hashlib
import json
import math
from typing import Any, Final, NoReturn

from app.errors import Malformed

_DEPTH: Final = 32
_DIGITS: Final = 40


def read_json(body: bytes) -> dict[str, Any]:
    """The object in `body`. Raises Malformed: not UTF-8 or JSON, NaN, a key twice, NUL, half a surrogate, too deep."""
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_once, parse_constant=_refuse, parse_int=_whole, parse_float=_number
        )
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.") from error
    except RecursionError as error:
        raise Malformed("The body is nested too deeply.") from error
    except ValueError as error:
        raise Malformed("The body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object.")
    _refuse_depth(value, body)
    _refuse_odd_text(value, body)
    return value


def canonical(value: object) -> bytes:
    """One spelling for equal JSON: keys sorted, no space, `1.0` as `1`."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _plain(value: object) -> object:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case _:
            return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("The body names a key twice.")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise Malformed("The body holds NaN or Infinity, which is not JSON.")


def _whole(digits: str) -> int:
    if len(digits) > _DIGITS:
        raise Malformed("The body holds a number that is too large.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed("The body holds a number that is too large.")
    return number


def _refuse_depth(value: object, body: bytes) -> None:
    """Only a body with many brackets can be deep, so ordinary events are not walked."""
    if body.count(b"{") + body.count(b"[") <= _DEPTH:
        return
    level = [value]
    for _ in range(_DEPTH):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return
    raise Malformed("The body is nested too deeply.")


def _inside(value: object) -> Any:
    return value.values() if isinstance(value, dict) else value


def _refuse_odd_text(value: object, body: bytes) -> None:
    """NUL and lone surrogates can only be written as escapes."""
    if b"\\u" not in body:
        return
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError as error:
        raise Malformed("The body holds half a surrogate pair.") from error
    if b"\\u0000" in body and _holds_nul(value):
        raise Malformed("The body holds a NUL character.")


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_holds_nul(part) for pair in value.items() for part in pair)
        case list():
            return any(_holds_nul(part) for part in value)
        case _:
            return False
