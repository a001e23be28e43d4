"""What a tenant's message means. What is not sure is `UNCLEAR`, and a person's."""

from app.policy.reply.classify import classify
from app.policy.reply.intent import Intent, Wish

__all__ = ["Intent", "Wish", "classify"]
