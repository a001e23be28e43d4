"""The words of the product, one per thing. Values are stored and shown in the API: never change one."""

from enum import StrEnum


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class MessageClass(StrEnum):
    """What rules a message obeys. `alert` goes to staff, the others to tenants."""

    ARREARS = "arrears"
    ANSWER = "answer"
    INFORMATION = "information"
    ALERT = "alert"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    UNRESOLVED = "unresolved"
    RECEIVED = "received"


class InboxState(StrEnum):
    ACCEPTED = "accepted"
    APPLIED = "applied"
    WAITING = "waiting"
    IGNORED = "ignored"
    REJECTED = "rejected"
    CONFLICT = "conflict"


class TenancyKind(StrEnum):
    HOME = "home"
    PARKING = "parking"
    PREMISES = "premises"


class PaymentMethod(StrEnum):
    INVOICE = "invoice"
    AUTOGIRO = "autogiro"
    E_INVOICE = "e_invoice"


class EndReason(StrEnum):
    MOVED = "moved"
    TERMINATED = "terminated"
    EVICTED = "evicted"
    DECEASED = "deceased"


class LegalMatterKind(StrEnum):
    NOTICE = "notice"
    EVICTION = "eviction"


class LegalState(StrEnum):
    SERVED = "served"
    APPLIED = "applied"
    SCHEDULED = "scheduled"
    EXECUTED = "executed"
    WITHDRAWN = "withdrawn"


class AnchorKind(StrEnum):
    """What a sequence counts its days from."""

    DUE_DATE = "due_date"
    TENANCY_START = "tenancy_start"
    PAYMENT_SEEN = "payment_seen"
    INSTALMENT_DUE = "instalment_due"
    NOTICE_SERVED = "notice_served"


class StepKind(StrEnum):
    MESSAGE = "message"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    REVIEW = "review"


class Condition(StrEnum):
    """The closed list of what a step's `when` may name. Each is defined in `policy.conditions`."""

    NOT_ANSWERED = "not_answered"
    ANSWERED = "answered"
    CHILDREN_IN_HOUSEHOLD = "children_in_household"
    NEW_TENANT = "new_tenant"
    LATE_BEFORE = "late_before"
    PLAN_OFFERED = "plan_offered"
    NOT_PLAN_OFFERED = "not_plan_offered"
    HAS_SMS = "has_sms"
    HAS_EMAIL = "has_email"
    AUTOGIRO = "autogiro"
    NOTHING_PAID = "nothing_paid"
    PART_PAID = "part_paid"
    NOTHING_OVERDUE = "nothing_overdue"


class RunState(StrEnum):
    ACTIVE = "active"
    STOPPED = "stopped"


class CaseState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class CallOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class HoldKind(StrEnum):
    STAFF = "staff"
    UNREAD_REPLY = "unread_reply"
    CALLBACK = "callback"
    SAYS_PAID = "says_paid"
    PROMISE = "promise"
    CRISIS = "crisis"
    THREAT = "threat"


class CallbackState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    NOT_REACHED = "not_reached"


class BlockKind(StrEnum):
    """Why a contact point is not used."""

    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    FAILED = "failed"


class IntentKind(StrEnum):
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CALL_ME = "call_me"
    SAYS_PAID = "says_paid"
    WRONG_NUMBER = "wrong_number"
    CRISIS = "crisis"
    THREAT = "threat"
    AUTO_REPLY = "auto_reply"
    ACKNOWLEDGED = "acknowledged"
    HELP = "help"
    UNCLEAR = "unclear"


class AlertKind(StrEnum):
    CRISIS = "crisis"
    THREAT = "threat"
    FEED_STALE = "feed_stale"
    SURGE = "surge"
    EVENT_WAITING = "event_waiting"
    DELIVERY = "delivery"


class TouchpointKind(StrEnum):
    MESSAGE = "message"
    REPLY = "reply"
    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    PLAN = "plan"
    CONSENT = "consent"
    HOLD = "hold"
    NOTE = "note"
    SKIP = "skip"
    WAIT = "wait"
    TASK = "task"
    CASE = "case"
    PAYMENT = "payment"
    CALLBACK = "callback"
    ALERT = "alert"
    LEGAL = "legal"
    CONTACT_POINT = "contact_point"
    TENANCY = "tenancy"


class KeyScope(StrEnum):
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class Role(StrEnum):
    """What one replica does: the HTTP doors, the ticks, or both."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
