"""The composition root: settings become an engine, a clock, senders, rules and a FastAPI app. It knows every room."""

import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from fastapi import FastAPI

from app.channels.base import Outgoing, Sender
from app.channels.log import LogChannel
from app.errors import ConfigurationError
from app.flows.intake import Intake
from app.flows.publishing import publish_shipped, sequences_in_force, shipped_sequences, texts_in_force
from app.flows.service import Service
from app.jobs import Ticks
from app.policy.calendar import Calendar
from app.policy.contact_hours import parse_hours
from app.policy.rules import Rules
from app.policy.span import parse_span
from app.rendering.shipped import shipped_texts
from app.rendering.texts import Texts
from app.rendering.variables import Company
from app.settings import SHIPPED, Settings
from app.store.engine import make_engine, reading, writing
from app.store.schema import newest_revision, revision
from app.vocabulary import Channel, Role
from app.web.api.routes import api_router
from app.web.health import health_router
from app.web.hooks.rent import rent_routes
from app.web.problems import install_problems
from app.web.simulator.routes import simulator_router
from app.web.simulator.world import Simulator
from app.web.static import static_routes

Clock = Callable[[], datetime]

log = structlog.get_logger()


def real_clock() -> datetime:
    """The machine's time, aware UTC."""
    return datetime.now(UTC)


def configure_logging() -> None:
    """One line a happening, to stderr, without the local variables of a failure: those hold people's data."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"], repr_native_str=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # A tick that takes longer than its interval is no news: the next one does what is left.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def migrate(settings: Settings) -> None:
    """Bring the database to the newest schema."""
    # Alembic takes a good part of a quick start to load, and a database that is up to date does not need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SHIPPED / "migrations"))
    engine = make_engine(settings.database_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def build_service(
    settings: Settings, clock: Clock = real_clock, senders: Mapping[Channel, Sender] | None = None
) -> Service:
    """Everything the flows need. The database must be at the newest schema."""
    engine = make_engine(settings.database_url)
    shipped = shipped_texts(SHIPPED / "templates" / "messages")
    sequences = shipped_sequences(SHIPPED / "templates" / "sequences", {text.key for text in shipped})
    with writing(engine) as session:
        publish_shipped(session, shipped, sequences, clock())
    with reading(engine) as session:
        texts = texts_in_force(session)
        plans = sequences_in_force(session)
    return Service(
        engine=engine,
        clock=clock,
        rules=make_rules(settings, texts),
        company=_company(settings),
        texts=texts,
        sequences=plans,
        senders=senders or {Channel.SMS: LogChannel(_to_log), Channel.EMAIL: LogChannel(_to_log)},
        alert_email=settings.alert_email,
        alert_sms=settings.alert_sms,
    )


def make_rules(settings: Settings, texts: Texts) -> Rules:
    """The settings in the form that decisions read. Raises ConfigurationError naming the setting that is wrong."""
    zone = _zone(settings.timezone)
    calendar = Calendar(settings.country if settings.holidays == "country" else None)
    try:
        return Rules(
            timezone=zone,
            calendar=calendar,
            contact_hours=parse_hours(settings.contact_hours, zone, calendar),
            opening_hours=parse_hours(settings.opening_hours, zone, calendar),
            callback_within=parse_span(settings.callback_within),
            feed_max_age=timedelta(hours=settings.feed_max_age_hours),
            small_debt=settings.small_debt,
            surge_percent=settings.surge_percent,
            language=settings.language,
            sendable_languages=texts.languages("not_seen_yet"),
        )
    except ValueError as error:
        names = "KVAR_CONTACT_HOURS, KVAR_OPENING_HOURS or KVAR_CALLBACK_WITHIN"
        raise ConfigurationError(f"{names}: {error}; run `kvar doctor`") from None


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    simulator: Simulator | None = None,
    run_jobs: bool = True,
    doors: bool = True,
) -> FastAPI:
    """The whole application: `doors` lets webhooks and the API in, `run_jobs` starts the ticks.

    `simulator` opens the demo's own doors.
    """
    service = build_service(settings, clock or real_clock, simulator.senders if simulator else None)
    intake = Intake(service.engine, service.clock)
    ticks = Ticks(service)

    lifespan = _lifespan(service, intake, ticks if run_jobs else None)
    app = FastAPI(title="Kvar", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.service = service
    app.state.ticks = ticks.last if run_jobs else {}
    install_problems(app)
    app.include_router(health_router)
    if doors:
        app.include_router(api_router())
        secrets = settings.rent_webhook_secrets
        app.router.routes.extend(rent_routes(intake, secrets=secrets, country=settings.country, clock=service.clock))
    if simulator is not None:
        app.router.routes.extend(static_routes())
        app.include_router(simulator_router(simulator))
    return app


def _lifespan(
    service: Service, intake: Intake, ticks: Ticks | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        intake.start()
        if ticks is not None:
            ticks.start()
        gc.collect()
        gc.freeze()  # full collections over start-up's objects make the slowest answers
        yield
        if ticks is not None:
            ticks.stop()
        intake.stop()
        service.engine.dispose()

    return lifespan


def serve_app(settings: Settings, role: Role = Role.ALL) -> FastAPI:
    """The application for `kvar serve`: an embedded database is migrated by itself, a shared one must have been."""
    configure_logging()
    if _revision(settings) != newest_revision():
        if not settings.database_url.startswith("sqlite"):
            raise ConfigurationError("KVAR_DATABASE_URL: the database needs `kvar migrate` before this version runs")
        migrate(settings)
    return create_app(settings, run_jobs=role is not Role.WEB, doors=role is not Role.WORKER)


def _revision(settings: Settings) -> str | None:
    engine = make_engine(settings.database_url)
    with reading(engine) as session:
        found = revision(session)
    engine.dispose()
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigurationError(
            f"KVAR_TIMEZONE: {name!r} is not a time zone; write one such as Europe/Stockholm"
        ) from None


def _company(settings: Settings) -> Company:
    return Company(
        name=settings.company_name,
        phone=settings.company_phone,
        sender=settings.sender_name,
        public_url=settings.public_url,
        timezone=_zone(settings.timezone),
        opening_hours_text=settings.opening_hours,
    )


def _to_log(outgoing: Outgoing) -> None:
    log.info("message", channel=outgoing.channel.value, to=outgoing.to, text=outgoing.body)
