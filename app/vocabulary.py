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


class ReasonCode(StrEnum):
    """Why something was or was not done. Each has one sentence per language in `rendering/reasons/`."""

    # why a message goes out
    RENT_NOT_SEEN = "rent_not_seen"
    PART_MISSING = "part_missing"
    NOT_REACHED = "not_reached"
    STEP_DUE = "step_due"
    WELCOME = "welcome"
    PAYMENT_CROSSED = "payment_crossed"
    ANSWER = "answer"
    STAFF_ALERT = "staff_alert"
    # why a person gets it
    PROTECTED_IDENTITY = "protected_identity"
    REPRESENTED = "represented"
    DECEASED_HOLDER = "deceased_holder"
    ORGANISATION = "organisation"
    NOT_A_HOME = "not_a_home"
    NOT_RENT = "not_rent"
    NOTICE_SERVED = "notice_served"
    EVICTION_APPLIED = "eviction_applied"
    LATE_IMPORT = "late_import"
    NO_WAY_TO_REACH = "no_way_to_reach"
    CALL_DUE = "call_due"
    REVIEW_DAY = "review_day"
    SEQUENCE_DONE = "sequence_done"
    NEWLY_OVERDUE = "newly_overdue"
    HOLD_WITHOUT_END = "hold_without_end"
    SAYS_PAID_LAPSED = "says_paid_lapsed"
    PROMISE_LAPSED = "promise_lapsed"
    DELIVERY_UNRESOLVED = "delivery_unresolved"
    # why nothing happens yet
    NOT_DUE = "not_due"
    NOT_YET = "not_yet"
    AUTOGIRO_SHIFT = "autogiro_shift"
    OUTSIDE_HOURS = "outside_hours"
    HOLIDAY = "holiday"
    PAUSED = "paused"
    SURGE = "surge"
    CAP_DAY = "cap_day"
    CAP_WEEK = "cap_week"
    HOLD_STAFF = "hold_staff"
    HOLD_UNREAD_REPLY = "hold_unread_reply"
    HOLD_CALLBACK = "hold_callback"
    HOLD_SAYS_PAID = "hold_says_paid"
    HOLD_PROMISE = "hold_promise"
    HOLD_CRISIS = "hold_crisis"
    HOLD_THREAT = "hold_threat"
    FACTS_PENDING = "facts_pending"
    FEED_STALE = "feed_stale"
    SMALL_DEBT = "small_debt"
    DEFERRED = "deferred"
    DISPUTED = "disputed"
    IN_COLLECTION = "in_collection"
    PLAN_ACTIVE = "plan_active"
    TOLD_WITH_OLDER = "told_with_older"
    TOLD_TOGETHER = "told_together"
    PERSON_HAS_IT = "person_has_it"
    CALL_OPEN = "call_open"
    # why it ends
    PAID = "paid"
    CREDITED = "credited"
    TENANCY_ENDED = "tenancy_ended"
    DECEASED = "deceased"
    COMPLETED = "completed"
    UNPAID_AGAIN = "unpaid_again"
    NOT_CROSSED = "not_crossed"
    STILL_OWES = "still_owes"
    EXPIRED = "expired"
    # why a step is passed over
    UNTIL_PASSED = "until_passed"
    CONDITION_NOT_MET = "condition_not_met"
    LATER_STEP_DUE = "later_step_due"
    BEFORE_DONE_STEP = "before_done_step"
    # why a message was not sent after all
    FACTS_CHANGED = "facts_changed"
    OPTED_OUT = "opted_out"
    POINT_BLOCKED = "point_blocked"
    PROVIDER_REFUSED = "provider_refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    # what happened (facts and replies in the log)
    INVOICE_OVERDUE = "invoice_overdue"
    PART_PAID = "part_paid"
    PAYMENT_BOUNCED = "payment_bounced"
    CASE_OPENED = "case_opened"
    CASE_REOPENED = "case_reopened"
    CASE_CLOSED = "case_closed"
    REPLY_UNDERSTOOD = "reply_understood"
    CALLBACK_ASKED = "callback_asked"
    CALLBACK_TAKEN = "callback_taken"
    CALLBACK_DONE = "callback_done"
    CALLBACK_NO_ANSWER = "callback_no_answer"
    CALLBACK_NOT_REACHED = "callback_not_reached"
    CALL_REACHED = "call_reached"
    CALL_NO_ANSWER = "call_no_answer"
    NUMBER_WRONG = "number_wrong"
    NUMBER_FAILED = "number_failed"
    OPTED_IN = "opted_in"
    HOLD_SET = "hold_set"
    HOLD_ENDED = "hold_ended"
    WAIT_ENDED = "wait_ended"
    TASK_DONE = "task_done"
    ALERT_RAISED = "alert_raised"
    NOTICE_WITHDRAWN = "notice_withdrawn"
    EVICTION_SCHEDULED = "eviction_scheduled"
    EVICTION_WITHDRAWN = "eviction_withdrawn"
    EVICTION_EXECUTED = "eviction_executed"
    TENANCY_STARTED = "tenancy_started"
    PHONE_NOT_UNDERSTOOD = "phone_not_understood"
    SNAPSHOT_REPLACED = "snapshot_replaced"
