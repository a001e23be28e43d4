"""Opens Norrängen: a scratch database, a fresh Kvar on it, and the rent system that talks to it over HTTP."""

import base64
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from app.channels.base import Outgoing
from app.channels.log import LogChannel
from app.demo.clock import SteppedClock
from app.demo.company import ALERT_EMAIL, ALERT_PHONE, COMPANY, COMPANY_PHONE, DEAD_PHONES, FIRST_PHONES, PLACE, SENDER
from app.demo.rent_system import DemoRentSystem, RentDoor
from app.demo.stage import Stage
from app.demo.story import ANNOUNCEMENTS, START
from app.flows.keys import create_key
from app.jobs import run_all
from app.main import create_app, migrate
from app.policy.calendar import Calendar
from app.settings import Settings
from app.store.engine import writing
from app.vocabulary import Channel, KeyScope
from app.web.simulator.world import Simulator

_TIMEOUT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An open one: where it answers, and a key that reads its log."""

    app: FastAPI
    simulator: Simulator
    key: str


class Opener:
    """Opens neighbourhoods on a stage, one after the other, each on an empty database in `folder`."""

    def __init__(self, stage: Stage, url: str, folder: Path) -> None:
        self._stage = stage
        self._url = url
        self._folder = folder
        self._opened = 0
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT, trust_env=False)

    def open(self, *, restart: Callable[[], None]) -> Neighbourhood:
        """A new neighbourhood takes the stage, on the morning the story starts."""
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        settings = self._settings(secret)
        clock = SteppedClock(START)
        door = RentDoor(self._http, secret)
        simulator = Simulator(
            clock=clock,
            rent_system=DemoRentSystem(door, Calendar(settings.country), ANNOUNCEMENTS),
            run_ticks=run_all,
            restart=restart,
            senders={
                Channel.SMS: LogChannel(_keep_nothing, DEAD_PHONES.__contains__),
                Channel.EMAIL: LogChannel(_keep_nothing),
            },
            phones=FIRST_PHONES,
            staff=SENDER,
            place=PLACE,
        )
        app = create_app(settings, clock=clock, simulator=simulator, run_jobs=False)
        with writing(app.state.service.engine) as session:
            key = create_key(session, "demo", KeyScope.READ, clock())
        self._stage.put_on(app)
        simulator.rent_system.speak(clock())
        run_all(app.state.service, clock())
        return Neighbourhood(app, simulator, key)

    def close(self) -> None:
        self._http.close()

    def _settings(self, secret: str) -> Settings:
        self._opened += 1
        return Settings.isolated(
            database_url=f"sqlite:///{self._empty_database(self._opened)}",
            public_url=self._url,
            company_name=COMPANY,
            company_phone=COMPANY_PHONE,
            sender_name=SENDER,
            rent_webhook_secrets=(secret,),
            # Every kind of household is late at once, so that each can be seen; a real company brakes at 10 per cent.
            surge_percent=50,
            alert_email=ALERT_EMAIL,
            alert_sms=ALERT_PHONE,
        )

    def _empty_database(self, number: int) -> Path:
        template = self._folder / "empty.db"
        if not template.exists():
            migrate(Settings.isolated(database_url=f"sqlite:///{template}"))
        return Path(shutil.copy(template, self._folder / f"norrangen-{number}.db"))


def _keep_nothing(_outgoing: Outgoing) -> None:
    """The simulated phones read Kvar's own log."""
