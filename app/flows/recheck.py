"""The last look before a message leaves: the decision is made again, on facts read under lock.

Unless it gives the same run, step, recipient and text, the message is wrong by now and is not sent. There is no second
list of conditions here for messages of a run; an answer to the tenant has its own short one in `policy.answers`.
"""

from datetime import datetime

from sqlmodel import Session

from app.flows.brakes import surged
from app.flows.compose import compose
from app.flows.service import Service
from app.models import Message, Run
from app.policy.answers import may_answer
from app.policy.because import Because, because
from app.policy.decision import Send
from app.policy.sequence import decide
from app.store import facts as store_facts
from app.store.facts_queries import paused, point_blocked
from app.vocabulary import MessageClass, ReasonCode


def still_right(session: Session, service: Service, message: Message, now: datetime) -> Because | None:
    """None when the message may leave now; otherwise why not. Its tenancy and its tenants' others are locked."""
    if message.message_class is MessageClass.ALERT:
        return None
    if message.run_id is not None:
        return _decided_again(session, service, message, now)
    blocked = point_blocked(session, message.channel, message.address, message.tenant_id or "")
    return may_answer(message.template_key, message.created_at, blocked, now, paused=paused(session))


def _decided_again(session: Session, service: Service, message: Message, now: datetime) -> Because | None:
    run = session.get_one(Run, message.run_id)
    braked = surged(session, service, [run.sequence_key], now)
    facts = store_facts.load(session, run, now, service.rules, without_message=message.id, surged=braked)
    decision = decide(facts, service.sequences[run.sequence_key], service.rules, now)
    if not isinstance(decision, Send):
        return decision.because
    if decision.step != message.step_key or decision.recipient.address != message.address:
        return because(ReasonCode.FACTS_CHANGED)
    composed = compose(session, service, run, facts, decision, now, surged=braked, without_message=message.id).rendered
    same = (composed.body, composed.html, composed.subject) == (message.body, message.html, message.subject)
    return None if same else because(ReasonCode.FACTS_CHANGED)
