"""Everything about one tenancy that a decision reads, as frozen values. Loaded in one transaction by `store.facts`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.vocabulary import (
    BlockKind,
    Channel,
    EndReason,
    HoldKind,
    MessageState,
    PaymentMethod,
    StepKind,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """One rent invoice as last reported. Amounts in minor units of `currency`."""

    id: str
    root: str
    """The first invoice in the chain of `replaces`; its own id when it replaces nothing."""
    period: str
    """The month it is for, `2026-11`."""
    due_date: date
    amount: int
    remaining: int
    currency: str
    kind: str
    first_seen: datetime
    as_of: datetime
    payment_method: PaymentMethod | None = None
    paid_on: date | None = None
    deferred_until: date | None = None
    disputed: bool = False
    in_collection: bool = False
    in_plan: bool = False
    replaced: bool = False
    """Another invoice stands in its place, whatever its last snapshot says."""

    @property
    def is_rent(self) -> bool:
        return self.kind == "rent"

    def past_due(self, today: date) -> bool:
        return self.due_date < today and self.remaining > 0 and not self.replaced

    def chaseable(self, today: date) -> bool:
        """May be reminded of: past-due rent, not in a plan, deferred, disputed or in collection."""
        deferred = self.deferred_until is not None and self.deferred_until >= today
        set_aside = deferred or self.disputed or self.in_collection or self.in_plan
        return self.is_rent and self.past_due(today) and not set_aside


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A phone number (E.164) or an e-mail address, and what is known against it."""

    channel: Channel
    address: str
    blocked: BlockKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFacts:
    """A person who holds the tenancy."""

    tenant_id: str
    given_name: str
    family_name: str
    language: str | None
    preferred: Channel | None
    primary: bool
    points: tuple[ContactPoint, ...]
    protected_identity: bool = False
    deceased: bool = False
    organisation: bool = False
    represented: bool = False

    def point(self, channel: Channel) -> ContactPoint | None:
        """The point to use on `channel`, or None when there is none or it is blocked."""
        return next((p for p in self.points if p.channel is channel and p.blocked is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchFacts:
    """A step done, or passed over, in a round. Cancelled, failed and undelivered messages are not here."""

    sequence: str
    anchor: str
    step: str
    kind: StepKind
    at: datetime
    skipped: bool = False
    gentle: bool = False
    message_state: MessageState | None = None
    task_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldFacts:
    """A dated reason not to send; `until` is None when it lasts until a person has handled it.

    Holds that have lapsed unhandled (says paid, promise) stay here with `until` in the past until released.
    """

    id: str
    kind: HoldKind
    since: datetime
    until: datetime | None = None
    name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """A call made for a call step."""

    step: str
    anchor: str
    at: datetime
    reached: bool


@dataclass(frozen=True, slots=True)
class LegalFacts:
    notice_served_on: date | None = None
    eviction_applied_on: date | None = None


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """The newest `ledger.read`: payments are known up to here."""

    as_of: datetime | None = None
    booked_through: date | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run that is being decided. `anchor` is a root invoice id, or `start` for the tenancy itself."""

    id: int
    sequence: str
    anchor: str
    anchor_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One tenancy, whole."""

    tenancy_id: str
    run: RunFacts
    home: bool
    starts_on: date | None
    ended_on: date | None = None
    end_reason: EndReason | None = None
    payment_method: PaymentMethod | None = None
    children_in_household: bool | None = None
    holders: tuple[HolderFacts, ...] = ()
    invoices: tuple[InvoiceFacts, ...] = ()
    touches: tuple[TouchFacts, ...] = ()
    holds: tuple[HoldFacts, ...] = ()
    call_attempts: tuple[CallAttempt, ...] = ()
    answered_at: tuple[datetime, ...] = ()
    """When a holder answered: a reply that says something, or a call or visit with outcome reached."""
    claims: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    """Local days of unsolicited messages in the last seven days, by cap key (`tenant:…`, `point:…`)."""
    legal: LegalFacts = LegalFacts()
    feed: FeedFacts = FeedFacts()
    pending_events: int = 0
    late_before: bool = False
    plan_offered: bool = False
    last_arrears_sent_on: date | None = None
    """Local day when the latest arrears message left, over all rounds (for the thank-you)."""
    paused: bool = False
    surge: bool = False
    """The brake is on for this run's sequence today."""

    def invoice(self, root: str) -> InvoiceFacts | None:
        """The invoice of a chain that none replaces; the newest word, should there be several."""
        chain = [i for i in self.invoices if i.root == root]
        return max(chain, key=lambda i: (not i.replaced, i.as_of, i.id)) if chain else None

    def chaseable(self, today: date) -> tuple[InvoiceFacts, ...]:
        """What may be reminded of, oldest due date first."""
        return tuple(sorted((i for i in self.invoices if i.chaseable(today)), key=lambda i: (i.due_date, i.id)))

    @property
    def name(self) -> str:
        """The given name to show in reasons: the primary holder's."""
        return next((h.given_name for h in sorted(self.holders, key=lambda h: not h.primary)), "")
