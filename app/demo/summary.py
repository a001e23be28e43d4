"""The month in a few lines: what went out, what did not and why, and what people were given."""

from typing import Final

from app.demo.checks import Happened
from app.demo.company import HOUSEHOLDS
from app.demo.rent_system import CENTRAL
from app.demo.transcript import counted, filled
from app.demo.words import words_of
from app.rendering.reasons import name_of, sentence

_OVER: Final = frozenset({"wait_ended", "task_done"})
_WAITING: Final = frozenset({"open", "taken"})


def summary(happened: Happened, language: str) -> str:
    """Counts of everything that was and was not done."""
    words = words_of(language)
    left = [t.entry for t in happened.told if t.entry.sent]
    by_text = counted(name_of(e.template or "", language) for e in left)
    to_staff = sum(1 for m in happened.messages if m["class"] == "alert" and m["state"] in {"sent", "delivered"})
    states = [callback["state"] for callback in happened.callbacks]
    untouched = [h for h in HOUSEHOLDS if not any(e.in_arrears for e in happened.log(h.id))]
    lines = [
        "",
        words["summary"],
        words["sent_count"].format(count=len(left), templates=", ".join(f"{n} {name}" for name, n in by_text.items())),
        words["staff_count"].format(count=to_staff),
        words["unsent_count"],
        *_reasons(happened, {"wait", "skip"}, language),
        words["person_count"],
        *_reasons(happened, {"task"}, language),
        words["callbacks_count"].format(
            asked=len(states), done=states.count("done"), waiting=sum(state in _WAITING for state in states)
        ),
        words["untouched_count"].format(count=len(untouched)),
    ]
    return "\n".join(filled(line, "       ") for line in lines)


def _reasons(happened: Happened, kinds: set[str], language: str) -> list[str]:
    """How many households by reason; the sentence is told without its values."""
    pairs = {(t.tenancy_id, t.entry.code) for t in happened.told if t.entry.kind in kinds and t.entry.code not in _OVER}
    counts = counted(code for _, code in pairs if code)
    return [f"  {count:>3}  {sentence(code, {}, language, CENTRAL)}" for code, count in counts.items()]
