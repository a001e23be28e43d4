"""E-mail: one layout, plain text beside it, and values that come out letter by letter."""

import re

import pytest

from app.errors import ConfigurationError
from app.rendering.texts import Rendered, Texts
from app.rendering.variables import variables
from app.vocabulary import Channel
from tests.support.texts import COMPANY, email, shipped

NASTY = [
    "<b>",
    "[x](http://evil)",
    "*Amina*",
    "_a_ `b` #",
    "![](http://evil/x.png)",
    "<script>alert(1)",
    "&amp;",
    "A\\B",
]


def render(source: str, name: str = "Amina") -> Rendered:
    values = variables(COMPANY, "sv", name=name, when="i dag före 16")
    return Texts([email(source)]).render("note", "sv", Channel.EMAIL, values)


@pytest.mark.parametrize("name", NASTY)
def test_a_name_comes_out_literally_in_subject_text_and_html(name: str) -> None:
    rendered = render("Subject: Till {{ name }}\n\n{{ hello }} Vi ringer **{{ when }}**.", name)
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert rendered.subject == f"Till {name}"
    assert f"Hej {name}! Vi ringer i dag före 16." in rendered.body
    assert rendered.html is not None
    assert f"Hej {escaped}! Vi ringer <strong>i dag före 16</strong>." in rendered.html
    assert "href" not in rendered.html
    assert "<img" not in rendered.html


def test_a_subject_is_one_line() -> None:
    assert (
        render("Subject: Till {{ name }}\n\nHej", "A\r\nBcc: all@example.com").subject == "Till A Bcc: all@example.com"
    )


def test_markdown_becomes_html_and_plain_text() -> None:
    source = (
        "Subject: S\n\n## Rubrik\n\nRad ett\nrad *två*\\\nrad tre\n\n- a\n- b `c`\n\n1. d\n2. [e](https://x.se)\n\nSlut"
    )
    rendered = render(source)
    text = rendered.body.partition("\n\n-- \n")[0]
    assert text == "Rubrik\n\nRad ett rad två\nrad tre\n\n- a\n- b c\n1. d\n2. e (https://x.se)\n\nSlut"
    assert rendered.html is not None
    for expected in ("Rubrik</h2>", "<em>två</em><br>", "<li style=", 'href="https://x.se"', "Slut</p>"):
        assert expected in rendered.html


def test_html_and_dangerous_links_in_a_text_do_nothing() -> None:
    html = render("Subject: S\n\n<script>x</script> <a href='https://evil'>y</a> [z](javascript:alert)").html
    assert html is not None
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<a " not in html


def test_nothing_is_fetched_and_styles_are_inline() -> None:
    html = render("Subject: S\n\nHej").html
    assert html is not None
    assert not re.search(r"<(img|link|script|style)\b|url\(|@import|light-dark", html)
    assert 'lang="sv"' in html
    assert "background-color: #f6f2eb" in html


def test_both_forms_end_with_who_writes_and_how_to_reach_them() -> None:
    rendered = render("Subject: S\n\nHej")
    assert rendered.body.endswith("-- \nBostadsbolaget\n0771-00 00 00, måndag till fredag 9-16\n")
    assert rendered.html is not None
    assert "0771-00 00 00</span>, måndag till fredag 9-16" in rendered.html


@pytest.mark.parametrize(
    "source",
    ["Hej", "Hej\n\nHej", "Subject:\n\nHej", "Subject: S\nHej", "Subject: S\n\n", "Subject: S"],
)
def test_a_text_without_subject_or_body_is_refused(source: str) -> None:
    with pytest.raises(ConfigurationError, match=r"note/sv\.email\.md: begin with `Subject: …`"):
        Texts([email(source)])


def test_a_variable_may_not_decide_where_a_link_goes() -> None:
    with pytest.raises(ConfigurationError, match="'name' may stand in running text only"):
        Texts([email("Subject: S\n\n[x](https://{{ name }})")])


def test_a_private_use_character_in_a_text_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="private-use"):
        Texts([email("Subject: S\n\nHej \ue003")])


def test_windows_line_ends_are_read() -> None:
    assert render("Subject: S\r\n\r\nHej\r\n\r\ndu\r\n").body.startswith("Hej\n\ndu\n")


def test_an_email_has_no_parts() -> None:
    rendered = shipped().render("welcome", "en", Channel.EMAIL, variables(COMPANY, "en", name="Grace"))
    assert (rendered.encoding, rendered.parts) == (None, None)
    assert rendered.html is not None
    assert 'lang="en"' in rendered.html
