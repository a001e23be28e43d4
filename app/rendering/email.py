"""E-mail: Markdown to HTML and plain text in one layout, with styles inlined and nothing fetched.

Each variable stands in the Markdown as one private-use character, which is exchanged for its value last of all. So no
value is ever read as Markdown or HTML, and all the slow work is done once per text.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import css_inline
import nh3
from jinja2 import Environment, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from app.errors import ConfigurationError
from app.rendering.sandbox import MAX_RENDERED, compile_text
from app.rendering.variables import LIMITS, REQUIRED_EVERYWHERE
from app.vocabulary import Channel

_PLACES = {name: chr(0xE000 + number) for number, name in enumerate(sorted(LIMITS))}
_RULES = ("heading", "list", "emphasis", "newline", "link", "backticks", "escape", "entity")
_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(list(_RULES))
_TAGS = {"p", "br", "strong", "em", "code", "ul", "ol", "li", "h1", "h2", "h3", "a"}
_SCHEMES = {"https", "tel", "mailto"}
_RIGHT_TO_LEFT = {"ar", "fa", "ckb", "ur", "he"}
_LAYOUT = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
    (Path(__file__).parent / "layout.html").read_text(encoding="utf-8")
)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)
_MAX_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Email:
    """A checked e-mail, all but the values."""

    subject: str
    text: str
    html: str
    variables: frozenset[str]
    where: str

    def fill(self, values: Mapping[str, str]) -> tuple[str, str, str]:
        """Subject, plain text and HTML. Values come out letter by letter as they are. Raises ConfigurationError."""
        plain = {ord(place): values.get(name, "") for name, place in _PLACES.items()}
        safe = {place: html.escape(value) for place, value in plain.items()}
        page = self.html.translate(safe)
        if len(page) > MAX_RENDERED[Channel.EMAIL]:
            raise ConfigurationError(f"{self.where}: becomes longer than {MAX_RENDERED[Channel.EMAIL]} characters")
        return self.subject.translate(plain)[:_MAX_SUBJECT], self.text.translate(plain), page


def compile_email(source: str, *, language: str, where: str) -> Email:
    """Check and compile `source`: `Subject: …`, an empty line, Markdown. Raises ConfigurationError."""
    if any(place in source for place in _PLACES.values()):
        raise ConfigurationError(f"{where}: holds a private-use character")
    compiled = compile_text(source.replace("\r\n", "\n"), channel=Channel.EMAIL, where=where)
    subject, markdown = _split(compiled.fill(_PLACES), where)
    tokens = _MARKDOWN.parse(markdown)
    body = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    text = _as_text(tokens)
    _check_places(markdown, (body, text), where)
    company, phone, hours = (_PLACES[name] for name in ("company", "company_phone", "opening_hours"))
    page = _LAYOUT.render(
        language=language,
        direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
        subject=subject,
        body=Markup(body),  # noqa: S704  cleaned by nh3 just above
        company=company,
        phone=phone,
        hours=hours,
    )
    footer = f"{company}\n{phone}, {hours}"
    variables = compiled.variables | REQUIRED_EVERYWHERE
    return Email(subject, f"{text}\n\n-- \n{footer}\n", _INLINER.inline(page), variables, where)


def _split(source: str, where: str) -> tuple[str, str]:
    head, _, rest = source.partition("\n")
    label, colon, subject = head.partition(":")
    gap, _, markdown = rest.partition("\n")
    if label != "Subject" or not colon or not subject.strip() or gap.strip() or not markdown.strip():
        raise ConfigurationError(f"{where}: begin with `Subject: …`, then an empty line, then the text")
    return subject.strip(), markdown


def _check_places(markdown: str, outputs: Sequence[str], where: str) -> None:
    for name, place in _PLACES.items():
        if any(output.count(place) != markdown.count(place) for output in outputs):
            raise ConfigurationError(f"{where}: {name!r} may stand in running text only, not in a link's address")


def _as_text(tokens: Sequence[Token]) -> str:
    """Markdown as plain text: an empty line between blocks, lists with a dash or a number, emphasis dropped."""
    text, numbers, marker, after_entry = "", list[int | None](), "", False
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                marker = _marker(numbers)
            case "inline":
                gap = "\n" if marker and after_entry else "\n\n"
                text += gap + marker + _inline(token.children or [])
                marker, after_entry = "", bool(numbers)
    return text.strip()


def _marker(numbers: list[int | None]) -> str:
    indent, number = "  " * (len(numbers) - 1), numbers[-1]
    if number is None:
        return f"{indent}- "
    numbers[-1] = number + 1
    return f"{indent}{number}. "


def _inline(children: Sequence[Token]) -> str:
    text, links = "", []
    for child in children:
        match child.type:
            case "text" | "text_special" | "code_inline":
                text += child.content
            case "softbreak":
                text += " "
            case "hardbreak":
                text += "\n"
            case "link_open":
                links.append(str(child.attrs.get("href", "")))
            case "link_close":
                text += f" ({links.pop()})"
    return text
