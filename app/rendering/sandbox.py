"""Texts that staff write are programs from outside: only words and `{{ variable }}` get through.

The syntax tree is checked against what is allowed, not against what is known to be dangerous; the immutable sandbox and
`StrictUndefined` stand behind that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.errors import ConfigurationError
from app.rendering.variables import LIMITS
from app.vocabulary import Channel

MAX_SOURCE = {Channel.SMS: 4_000, Channel.EMAIL: 20_000}
MAX_RENDERED = {Channel.SMS: 1_530, Channel.EMAIL: 200_000}
"""Characters. An SMS of ten parts is where providers stop; an e-mail is counted as HTML."""

_ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)
# No autoescape: an SMS is not HTML, and `email` escapes each value as it is filled in.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_ENVIRONMENT.globals.clear()
_ENVIRONMENT.filters.clear()
_ENVIRONMENT.tests.clear()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A checked text, ready to be filled in."""

    template: Template
    variables: frozenset[str]
    where: str

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with `values` in their places. Raises ConfigurationError."""
        try:
            return self.template.render({name: values[name] for name in self.variables if name in values})
        except TemplateError as error:
            raise ConfigurationError(f"{self.where}: {error.message}") from error


def compile_text(source: str, *, channel: Channel, where: str) -> Compiled:
    """Check and compile `source`. Raises ConfigurationError naming `where`, the line and what is not allowed."""
    if len(source) > MAX_SOURCE[channel]:
        raise ConfigurationError(f"{where}: longer than {MAX_SOURCE[channel]} characters")
    try:
        tree = _ENVIRONMENT.parse(source)
        names = frozenset(_check(tree, where))
        if not names and not any(data.data.strip() for data in tree.find_all(nodes.TemplateData)):
            raise ConfigurationError(f"{where}: is empty")
        return Compiled(_ENVIRONMENT.from_string(source), names, where)
    except TemplateSyntaxError as error:
        raise ConfigurationError(f"{where}, line {error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{where}: nested too deeply") from error


def _check(tree: nodes.Template, where: str) -> set[str]:
    names = set()
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__.lower()
            what = _NAMES.get(kind, kind)
            raise ConfigurationError(f"{where}, line {node.lineno}: a text may hold {{{{ variable }}}}, not {what}")
        if isinstance(node, nodes.Name):
            if node.name not in LIMITS:
                known = ", ".join(sorted(LIMITS))
                raise ConfigurationError(f"{where}, line {node.lineno}: no variable {node.name!r}; there are {known}")
            names.add(node.name)
    return names


_NAMES = {
    "for": "a loop",
    "if": "a condition",
    "condexpr": "a condition",
    "macro": "a macro",
    "callblock": "a macro call",
    "call": "a call",
    "filter": "a filter",
    "filterblock": "a filter",
    "getattr": "an attribute (x.y)",
    "getitem": "an item (x[y])",
    "assign": "set",
    "assignblock": "set",
    "include": "an include",
    "import": "an import",
    "fromimport": "an import",
    "extends": "extends",
    "block": "a block",
    "const": "a fixed value",
}
