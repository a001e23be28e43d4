"""Who gets a message, and on which channel."""

from app.policy.decision import Recipient
from app.policy.facts import Facts, HolderFacts
from app.policy.rules import Rules
from app.vocabulary import Channel


def choose(facts: Facts, only: Channel | None = None) -> tuple[HolderFacts, Recipient] | None:
    """The primary tenant on the channel they asked for, else the other; then the next holder; None when nobody is left.

    `only` limits the choice to one channel.
    """
    for holder in sorted(facts.holders, key=lambda h: (not h.primary, h.tenant_id)):
        if holder.deceased:
            continue
        for channel in _channels(holder):
            point = holder.point(channel)
            if point is not None and only in {None, channel}:
                return holder, Recipient(holder.tenant_id, channel, point.address)
    return None


def language_for(holder: HolderFacts, rules: Rules) -> str:
    """The language the tenant has stated, when its texts are reviewed; otherwise the company's."""
    if holder.language is not None and holder.language in rules.sendable_languages:
        return holder.language
    return rules.language


def _channels(holder: HolderFacts) -> tuple[Channel, Channel]:
    if holder.preferred is Channel.EMAIL:
        return Channel.EMAIL, Channel.SMS
    return Channel.SMS, Channel.EMAIL
