"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

REFUSE_SQLITE = """
CREATE TRIGGER touchpoint_no_{verb} BEFORE {verb} ON touchpoint
BEGIN SELECT RAISE(ABORT, 'touchpoint is append-only'); END
"""
REFUSE_POSTGRESQL = (
    """
CREATE FUNCTION touchpoint_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'touchpoint is append-only'; END $$
""",
    """
CREATE TRIGGER touchpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON touchpoint
FOR EACH STATEMENT EXECUTE FUNCTION touchpoint_refuse()
""",
)


def _make_touchpoint_append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in REFUSE_POSTGRESQL:
            op.execute(statement)
        return
    for verb in ("update", "delete"):
        op.execute(REFUSE_SQLITE.format(verb=verb))


def upgrade() -> None:
    op.create_table('api_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('scope', sa.String(length=40), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_key_digest')),
    sa.UniqueConstraint('name', name=op.f('uq_api_key_name'))
    )
    op.create_table('idempotency_key',
    sa.Column('api_key_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('request_digest', sa.String(length=64), nullable=False),
    sa.Column('claim', sa.String(length=32), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['api_key_id'], ['api_key.id'], name=op.f('fk_idempotency_key_api_key_id')),
    sa.PrimaryKeyConstraint('api_key_id', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index(op.f('ix_idempotency_key_created_at'), 'idempotency_key', ['created_at'], unique=False)
    op.create_table('contact_block',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contact_block'))
    )
    op.create_index('uq_contact_block_live', 'contact_block', ['address', 'channel', 'kind', 'tenant_id'], unique=True, sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))
    op.create_table('control',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_by', sa.String(length=100), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_control'))
    )
    op.create_table('feed_reading',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('booked_through', sa.Date(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_reading'))
    )
    op.create_index(op.f('ix_feed_reading_as_of'), 'feed_reading', ['as_of'], unique=False)
    op.create_table('inbox_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('event_id', sa.String(length=200), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('type', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=True),
    sa.Column('invoice_id', sa.String(length=64), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=True),
    sa.Column('payload', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('body_sha256', sa.String(length=64), nullable=False),
    sa.Column('content_digest', sa.String(length=64), nullable=False),
    sa.Column('problems', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('superseded_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_inbox_event')),
    sa.UniqueConstraint('source', 'event_id', 'revision', name='uq_inbox_event_identity')
    )
    op.create_index(op.f('ix_inbox_event_received_at'), 'inbox_event', ['received_at'], unique=False)
    op.create_index('ix_inbox_event_invoice', 'inbox_event', ['invoice_id', 'state'], unique=False)
    op.create_index('ix_inbox_event_tenancy', 'inbox_event', ['tenancy_id', 'state'], unique=False)
    op.create_index('ix_inbox_event_unsettled', 'inbox_event', ['state', 'id'], unique=False, sqlite_where=sa.text("state IN ('accepted', 'waiting')"), postgresql_where=sa.text("state IN ('accepted', 'waiting')"))
    op.create_table('sequence_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sequence_version')),
    sa.UniqueConstraint('key', 'version', name='uq_sequence_version_key_version')
    )
    op.create_table('surge_day',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence_key', sa.String(length=64), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('planned', sa.Integer(), nullable=False),
    sa.Column('allowed', sa.Integer(), nullable=False),
    sa.Column('engaged_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by', sa.String(length=100), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surge_day')),
    sa.UniqueConstraint('sequence_key', 'day', name='uq_surge_day_sequence_day')
    )
    op.create_table('template_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.String(length=100), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_template_version')),
    sa.UniqueConstraint('key', 'language', 'channel', 'version', name='uq_template_version_identity')
    )
    op.create_table('tenancy',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('end_reason', sa.String(length=40), nullable=True),
    sa.Column('end_as_of', sa.DateTime(timezone=True), nullable=True),
    sa.Column('address', sa.String(), nullable=True),
    sa.Column('area', sa.String(), nullable=True),
    sa.Column('municipality', sa.String(), nullable=True),
    sa.Column('payment_method', sa.String(length=40), nullable=True),
    sa.Column('children_in_household', sa.Boolean(), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_seen', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenancy'))
    )
    op.create_table('tenant',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('given_name', sa.String(), nullable=False),
    sa.Column('family_name', sa.String(), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('channel', sa.String(length=40), nullable=True),
    sa.Column('protected_identity', sa.Boolean(), nullable=False),
    sa.Column('deceased', sa.Boolean(), nullable=False),
    sa.Column('organisation', sa.Boolean(), nullable=False),
    sa.Column('represented', sa.Boolean(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenant'))
    )
    op.create_index(op.f('ix_tenant_email'), 'tenant', ['email'], unique=False)
    op.create_index(op.f('ix_tenant_phone'), 'tenant', ['phone'], unique=False)
    op.create_table('case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reopened', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_case_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case'))
    )
    op.create_index(op.f('ix_case_tenancy_id'), 'case', ['tenancy_id'], unique=False)
    op.create_index('uq_case_open', 'case', ['tenancy_id'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.create_table('holding',
    sa.Column('tenancy_id', sa.String(), nullable=False),
    sa.Column('tenant_id', sa.String(), nullable=False),
    sa.Column('is_primary', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_holding_tenancy_id')),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_holding_tenant_id')),
    sa.PrimaryKeyConstraint('tenancy_id', 'tenant_id', name=op.f('pk_holding'))
    )
    op.create_index(op.f('ix_holding_tenant_id'), 'holding', ['tenant_id'], unique=False)
    op.create_table('invoice',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('tenancy_id', sa.String(), nullable=False),
    sa.Column('root', sa.String(length=64), nullable=False),
    sa.Column('replaces', sa.String(length=64), nullable=True),
    sa.Column('period', sa.String(length=7), nullable=False),
    sa.Column('due_date', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remaining', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('payment_method', sa.String(length=40), nullable=True),
    sa.Column('reference', sa.String(length=64), nullable=True),
    sa.Column('paid_on', sa.Date(), nullable=True),
    sa.Column('deferred_until', sa.Date(), nullable=True),
    sa.Column('disputed', sa.Boolean(), nullable=False),
    sa.Column('in_collection', sa.Boolean(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_seen', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_seen', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_invoice_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice'))
    )
    op.create_index(op.f('ix_invoice_root'), 'invoice', ['root'], unique=False)
    op.create_index('ix_invoice_tenancy_due', 'invoice', ['tenancy_id', 'due_date'], unique=False)
    op.create_table('legal_matter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.Column('grounds', sa.String(length=200), nullable=True),
    sa.Column('social_board_notified_on', sa.Date(), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_legal_matter_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_matter')),
    sa.UniqueConstraint('tenancy_id', 'kind', name='uq_legal_matter_tenancy_kind')
    )
    op.create_table('plan',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_plan_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan'))
    )
    op.create_index(op.f('ix_plan_tenancy_id'), 'plan', ['tenancy_id'], unique=False)
    op.create_table('plan_invoice',
    sa.Column('plan_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('invoice_id', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['invoice_id'], ['invoice.id'], name=op.f('fk_plan_invoice_invoice_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_invoice_plan_id')),
    sa.PrimaryKeyConstraint('plan_id', 'invoice_id', name=op.f('pk_plan_invoice'))
    )
    op.create_table('run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('sequence_key', sa.String(length=64), nullable=False),
    sa.Column('anchor', sa.String(length=64), nullable=False),
    sa.Column('anchor_date', sa.Date(), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('next_look_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_touch_on', sa.Date(), nullable=True),
    sa.Column('because_code', sa.String(length=40), nullable=True),
    sa.Column('because_values', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_run_case_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_run_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run')),
    sa.UniqueConstraint('tenancy_id', 'sequence_key', 'anchor', name='uq_run_tenancy_sequence_anchor')
    )
    op.create_index('ix_run_first_touch', 'run', ['sequence_key', 'first_touch_on'], unique=False, sqlite_where=sa.text('first_touch_on IS NOT NULL'), postgresql_where=sa.text('first_touch_on IS NOT NULL'))
    op.create_index('ix_run_next_look_at', 'run', ['next_look_at'], unique=False, sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
    op.create_table('message',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=True),
    sa.Column('tenant_id', sa.String(length=64), nullable=True),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('step_key', sa.String(length=100), nullable=True),
    sa.Column('in_reply_to', sa.String(length=32), nullable=True),
    sa.Column('direction', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('message_class', sa.String(length=40), nullable=True),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=True),
    sa.Column('template_key', sa.String(length=64), nullable=True),
    sa.Column('template_version', sa.Integer(), nullable=True),
    sa.Column('subject', sa.String(length=200), nullable=True),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=True),
    sa.Column('parts', sa.Integer(), nullable=True),
    sa.Column('encoding', sa.String(length=8), nullable=True),
    sa.Column('intent', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('because_code', sa.String(length=40), nullable=True),
    sa.Column('because_values', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('provider', sa.String(length=16), nullable=True),
    sa.Column('provider_ref', sa.String(length=100), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['in_reply_to'], ['message.id'], name=op.f('fk_message_in_reply_to')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_message_run_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_message_tenancy_id')),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_message_tenant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('provider', 'provider_ref', name='uq_message_provider_ref')
    )
    op.create_index(op.f('ix_message_address'), 'message', ['address'], unique=False)
    op.create_index('ix_message_created', 'message', ['created_at', 'id'], unique=False)
    op.create_index('ix_message_due', 'message', ['state', 'not_before'], unique=False, sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain')"), postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain')"))
    op.create_index('ix_message_tenancy', 'message', ['tenancy_id', 'created_at'], unique=False)
    op.create_table('task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('step_key', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('owner', sa.String(length=100), nullable=True),
    sa.Column('because_code', sa.String(length=40), nullable=False),
    sa.Column('because_values', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_task_case_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_task_run_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_task_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task'))
    )
    op.create_index('ix_task_tenancy', 'task', ['tenancy_id', 'state'], unique=False)
    op.create_table('alert',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=True),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_by', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_alert_message_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_alert_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert'))
    )
    op.create_index('uq_alert_key', 'alert', ['key'], unique=True)
    op.create_table('attempt',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('provider', sa.String(length=16), nullable=False),
    sa.Column('provider_ref', sa.String(length=100), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_attempt_message_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt')),
    sa.UniqueConstraint('message_id', 'number', name='uq_attempt_message_number')
    )
    op.create_index(op.f('ix_attempt_provider_ref'), 'attempt', ['provider_ref'], unique=False)
    op.create_table('callback',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('case_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tenant_id', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('owner', sa.String(length=100), nullable=True),
    sa.Column('wished_from', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wished_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wished_text', sa.String(length=100), nullable=True),
    sa.Column('due_by', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_callback_case_id')),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_callback_message_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_callback_tenancy_id')),
    sa.ForeignKeyConstraint(['tenant_id'], ['tenant.id'], name=op.f('fk_callback_tenant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_callback'))
    )
    op.create_index('ix_callback_tenancy', 'callback', ['tenancy_id', 'state'], unique=False)
    op.create_table('cap_claim',
    sa.Column('key', sa.String(length=270), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_cap_claim_message_id')),
    sa.PrimaryKeyConstraint('key', 'day', name=op.f('pk_cap_claim'))
    )
    op.create_index(op.f('ix_cap_claim_message_id'), 'cap_claim', ['message_id'], unique=False)
    op.create_table('hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=True),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('set_by', sa.String(length=100), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_by', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_hold_message_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_hold_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold'))
    )
    op.create_index('ix_hold_tenancy', 'hold', ['tenancy_id', 'released_at'], unique=False)
    op.create_table('touch',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('sequence_key', sa.String(length=64), nullable=False),
    sa.Column('anchor', sa.String(length=64), nullable=False),
    sa.Column('step_key', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('skipped', sa.Boolean(), nullable=False),
    sa.Column('gentle', sa.Boolean(), nullable=False),
    sa.Column('first', sa.Boolean(), nullable=False),
    sa.Column('live', sa.Boolean(), nullable=False),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_touch_message_id')),
    sa.ForeignKeyConstraint(['run_id'], ['run.id'], name=op.f('fk_touch_run_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_touch_task_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_touch_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touch'))
    )
    op.create_index(op.f('ix_touch_at'), 'touch', ['at'], unique=False)
    op.create_index('ix_touch_message', 'touch', ['message_id'], unique=False)
    op.create_index('uq_touch_live', 'touch', ['tenancy_id', 'sequence_key', 'anchor', 'step_key'], unique=True, sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))
    op.create_table('touchpoint',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=True),
    sa.Column('direction', sa.String(length=40), nullable=True),
    sa.Column('actor', sa.String(length=100), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('message_id', sa.String(length=32), nullable=True),
    sa.Column('template_key', sa.String(length=64), nullable=True),
    sa.Column('template_version', sa.Integer(), nullable=True),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_touchpoint_message_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_touchpoint_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_touchpoint')),
    sa.UniqueConstraint('tenancy_id', 'seq', name='uq_touchpoint_tenancy_seq')
    )
    op.create_table('logged_contact',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tenancy_id', sa.String(length=64), nullable=False),
    sa.Column('task_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('callback_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['callback_id'], ['callback.id'], name=op.f('fk_logged_contact_callback_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_logged_contact_task_id')),
    sa.ForeignKeyConstraint(['tenancy_id'], ['tenancy.id'], name=op.f('fk_logged_contact_tenancy_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_logged_contact'))
    )
    op.create_index('ix_logged_contact_tenancy', 'logged_contact', ['tenancy_id', 'at'], unique=False)
    op.create_table('touchpoint_content',
    sa.Column('touchpoint_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('values', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('salt', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['touchpoint_id'], ['touchpoint.id'], name=op.f('fk_touchpoint_content_touchpoint_id')),
    sa.PrimaryKeyConstraint('touchpoint_id', name=op.f('pk_touchpoint_content'))
    )
    _make_touchpoint_append_only()


def downgrade() -> None:
    op.drop_table('touchpoint_content')
    op.drop_index('ix_logged_contact_tenancy', table_name='logged_contact')
    op.drop_table('logged_contact')
    op.drop_table('touchpoint')
    op.drop_index('uq_touch_live', table_name='touch', sqlite_where=sa.text('live'), postgresql_where=sa.text('live'))
    op.drop_index('ix_touch_message', table_name='touch')
    op.drop_index(op.f('ix_touch_at'), table_name='touch')
    op.drop_table('touch')
    op.drop_index('ix_hold_tenancy', table_name='hold')
    op.drop_table('hold')
    op.drop_index(op.f('ix_cap_claim_message_id'), table_name='cap_claim')
    op.drop_table('cap_claim')
    op.drop_index('ix_callback_tenancy', table_name='callback')
    op.drop_table('callback')
    op.drop_index(op.f('ix_attempt_provider_ref'), table_name='attempt')
    op.drop_table('attempt')
    op.drop_index('uq_alert_key', table_name='alert')
    op.drop_table('alert')
    op.drop_index('ix_task_tenancy', table_name='task')
    op.drop_table('task')
    op.drop_index('ix_message_tenancy', table_name='message')
    op.drop_index('ix_message_due', table_name='message', sqlite_where=sa.text("state IN ('queued', 'sending', 'uncertain')"), postgresql_where=sa.text("state IN ('queued', 'sending', 'uncertain')"))
    op.drop_index('ix_message_created', table_name='message')
    op.drop_index(op.f('ix_message_address'), table_name='message')
    op.drop_table('message')
    op.drop_index('ix_run_next_look_at', table_name='run', sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'"))
    op.drop_index('ix_run_first_touch', table_name='run', sqlite_where=sa.text('first_touch_on IS NOT NULL'), postgresql_where=sa.text('first_touch_on IS NOT NULL'))
    op.drop_table('run')
    op.drop_table('plan_invoice')
    op.drop_index(op.f('ix_plan_tenancy_id'), table_name='plan')
    op.drop_table('plan')
    op.drop_table('legal_matter')
    op.drop_index('ix_invoice_tenancy_due', table_name='invoice')
    op.drop_index(op.f('ix_invoice_root'), table_name='invoice')
    op.drop_table('invoice')
    op.drop_index(op.f('ix_holding_tenant_id'), table_name='holding')
    op.drop_table('holding')
    op.drop_index('uq_case_open', table_name='case', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
    op.drop_index(op.f('ix_case_tenancy_id'), table_name='case')
    op.drop_table('case')
    op.drop_index(op.f('ix_tenant_phone'), table_name='tenant')
    op.drop_index(op.f('ix_tenant_email'), table_name='tenant')
    op.drop_table('tenant')
    op.drop_table('tenancy')
    op.drop_table('template_version')
    op.drop_table('surge_day')
    op.drop_table('sequence_version')
    op.drop_index('ix_inbox_event_unsettled', table_name='inbox_event', sqlite_where=sa.text("state IN ('accepted', 'waiting')"), postgresql_where=sa.text("state IN ('accepted', 'waiting')"))
    op.drop_index('ix_inbox_event_invoice', table_name='inbox_event')
    op.drop_index('ix_inbox_event_tenancy', table_name='inbox_event')
    op.drop_index(op.f('ix_inbox_event_received_at'), table_name='inbox_event')
    op.drop_table('inbox_event')
    op.drop_index(op.f('ix_feed_reading_as_of'), table_name='feed_reading')
    op.drop_table('feed_reading')
    op.drop_table('control')
    op.drop_index('uq_contact_block_live', table_name='contact_block', sqlite_where=sa.text('lifted_at IS NULL'), postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_table('contact_block')
    op.drop_index(op.f('ix_idempotency_key_created_at'), table_name='idempotency_key')
    op.drop_table('idempotency_key')
    op.drop_table('api_key')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION touchpoint_refuse()")
