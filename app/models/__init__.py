"""The tables. Importing this package registers every one of them on `SQLModel.metadata`."""

from app.models.access import ApiKey, IdempotencyKey
from app.models.control import Control, SurgeDay
from app.models.inbox import InboxEvent
from app.models.matter import CallBack, Case, Hold, LoggedContact, Plan, PlanInvoice, Task
from app.models.message import Alert, Attempt, CapClaim, ContactBlock, Message
from app.models.rent import FeedReading, Holding, Invoice, LegalMatter, Tenancy, Tenant
from app.models.sequence import Run, SequenceVersion, TemplateVersion, Touch
from app.models.touchpoint import Touchpoint, TouchpointContent

__all__ = [
    "Alert",
    "ApiKey",
    "Attempt",
    "CallBack",
    "CapClaim",
    "Case",
    "ContactBlock",
    "Control",
    "FeedReading",
    "Hold",
    "Holding",
    "IdempotencyKey",
    "InboxEvent",
    "Invoice",
    "LegalMatter",
    "LoggedContact",
    "Message",
    "Plan",
    "PlanInvoice",
    "Run",
    "SequenceVersion",
    "SurgeDay",
    "Task",
    "TemplateVersion",
    "Tenancy",
    "Tenant",
    "Touch",
    "Touchpoint",
    "TouchpointContent",
]
