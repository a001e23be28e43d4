"""The doctor names every problem at once, with the setting to change, and changes nothing."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.flows.doctor import Finding, diagnose, surroundings
from app.flows.doctor.finding import ALLOWED
from app.models import InboxEvent
from app.settings import Settings
from app.store.engine import writing
from app.vocabulary import InboxState

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def sound(**changes: str) -> dict[str, str]:
    """A complete configuration, but for its database."""
    return {
        "KVAR_COMPANY_NAME": "Strandhem",
        "KVAR_COMPANY_PHONE": "010-123 45 67",
        "KVAR_SENDER_NAME": "Leila",
        "KVAR_PUBLIC_URL": "https://kvar.strandhem.example",
        "KVAR_RENT_WEBHOOK_SECRETS": SECRET,
        "KVAR_ALERT_EMAIL": "jour@strandhem.example",
        "PATH": "/usr/bin",
    } | changes


def on(engine: Engine, **changes: str) -> dict[str, str]:
    return sound(KVAR_DATABASE_URL=engine.url.render_as_string(hide_password=False), **changes)


def ask(environment: Mapping[str, str], now: datetime | None = None) -> list[Finding]:
    """By this machine's clock, since the doctor compares it with the database server's."""
    return diagnose(environment, now=now or datetime.now(UTC))


def settings_of(findings: list[Finding]) -> set[str]:
    return {finding.setting for finding in findings}


def test_a_sound_configuration_has_no_findings(engine: Engine) -> None:
    assert ask(on(engine)) == []


def test_every_setting_has_its_advice() -> None:
    assert ALLOWED.keys() == Settings.model_fields.keys()


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("KVAR_CONTACT_HOURS", "vardagar 9-18", "vardagar 9-18"),
        ("KVAR_OPENING_HOURS", "mon-fri 16:00-09:00", "16:00-09:00"),
        ("KVAR_CALLBACK_WITHIN", "soon", "soon"),
        ("KVAR_CALLBACK_WITHIN", "-1 bank day", "before the request"),
        ("KVAR_TIMEZONE", "Europe/Stokholm", "not a time zone"),
        ("KVAR_TIMEZONE", "Europe", "not a time zone"),
        ("KVAR_TIMEZONE", "../../etc/passwd", "not a time zone"),
        ("KVAR_COUNTRY", "NO", "NO"),
        ("KVAR_LANGUAGE", "fi", "fi"),
        ("KVAR_HOLIDAYS", "some", "some"),
        ("KVAR_PUBLIC_URL", "http://kvar.strandhem.example", "https://"),
        ("KVAR_PUBLIC_URL", "", "https://"),
        ("KVAR_COMPANY_NAME", "", "at least 2"),
        ("KVAR_COMPANY_PHONE", "växeln", "not one valid phone number"),
        ("KVAR_SENDER_NAME", "L" * 31, "at most 30"),
        ("KVAR_FEED_MAX_AGE_HOURS", "a day", "integer"),
        ("KVAR_SMALL_DEBT", "-1", "greater than or equal to 0"),
        ("KVAR_SURGE_PERCENT", "0", "greater than or equal to 1"),
        ("KVAR_SMS_CHANNEL", "pigeon", "pigeon"),
        ("KVAR_EMAIL_CHANNEL", "pigeon", "pigeon"),
        ("KVAR_ALERT_EMAIL", "the porter", "one e-mail address"),
        ("KVAR_ALERT_SMS", "Leila 070-174 06 05", "not one valid phone number"),
        ("KVAR_RENT_WEBHOOK_SECRETS", "", "refused"),
        ("KVAR_RENT_WEBHOOK_SECRETS", f"{SECRET},short", "secret 2"),
        ("KVAR_RENT_WEBHOOK_SECRETS", SECRET[:-2], "secret 1 is not whole base64"),
    ],
)
def test_one_wrong_value_is_one_severe_finding_that_names_its_setting(
    sqlite_engine: Engine, setting: str, value: str, says: str
) -> None:
    (finding,) = ask(on(sqlite_engine, **{setting: value}))
    assert (finding.setting, finding.severe) == (setting, True)
    assert says in finding.problem
    assert finding.advice


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("KVAR_SURGE_PERCENT", "100"),
        ("KVAR_HOLIDAYS", "none"),
        ("KVAR_CONTACT_HOURS", "mon-sun 00:00-24:00"),
        ("KVAR_RENT_WEBHOOK_SECRETS", f"{SECRET},{SECRET}"),
    ],
)
def test_a_protection_switched_off_is_told_but_allowed(sqlite_engine: Engine, setting: str, value: str) -> None:
    (finding,) = ask(on(sqlite_engine, **{setting: value}))
    assert (finding.setting, finding.severe) == (setting, False)


@pytest.mark.parametrize("setting", ["KVAR_COMPANY_NAME", "KVAR_COMPANY_PHONE", "KVAR_SENDER_NAME", "KVAR_ALERT_EMAIL"])
def test_what_a_company_must_choose_itself_is_told_when_unset(sqlite_engine: Engine, setting: str) -> None:
    environment = on(sqlite_engine)
    del environment[setting]
    (finding,) = ask(environment)
    assert (finding.setting, finding.severe) == (setting, False)


def test_either_way_of_alerting_is_enough(sqlite_engine: Engine) -> None:
    environment = on(sqlite_engine, KVAR_ALERT_SMS="070-174 06 05")
    del environment["KVAR_ALERT_EMAIL"]
    assert ask(environment) == []


def test_all_problems_are_told_at_once_and_the_severe_ones_first() -> None:
    findings = ask({
        "KVAR_DATABASE_URL": "mysql://root@localhost/kvar",
        "KVAR_TIMEZONE": "Mars/Olympus",
        "KVAR_CONTACT_HOURS": "always",
        "KVAR_OPENING_HOURS": "never",
        "KVAR_CALLBACK_WITHIN": "soon",
        "KVAR_SMALL_DEBT": "much",
        "KVAR_PUBLIC_URL": "kvar",
        "KVAR_SURGE_PERCENT": "100",
    })  # fmt: skip
    severe = [finding for finding in findings if finding.severe]
    assert settings_of(severe) == {
        "KVAR_DATABASE_URL",
        "KVAR_TIMEZONE",
        "KVAR_CONTACT_HOURS",
        "KVAR_OPENING_HOURS",
        "KVAR_CALLBACK_WITHIN",
        "KVAR_SMALL_DEBT",
        "KVAR_PUBLIC_URL",
        "KVAR_RENT_WEBHOOK_SECRETS",
    }
    assert "KVAR_SURGE_PERCENT" in settings_of(findings)
    assert findings[: len(severe)] == severe


def test_a_misspelt_setting_gets_the_nearest_name(sqlite_engine: Engine) -> None:
    (finding,) = ask(on(sqlite_engine, KVAR_RENT_WEBHOOK_SECRET=SECRET))
    assert finding.setting == "KVAR_RENT_WEBHOOK_SECRET"
    assert "KVAR_RENT_WEBHOOK_SECRETS" in finding.advice


def test_a_misspelt_prefix_is_seen(sqlite_engine: Engine) -> None:
    (finding,) = ask(on(sqlite_engine, KAVR_COMPANY_NAME="Strandhem"))
    assert "KVAR_COMPANY_NAME" in finding.advice


def test_a_setting_of_another_version_is_told_without_a_guess(sqlite_engine: Engine) -> None:
    (finding,) = ask(on(sqlite_engine, KVAR_TWILIO_ACCOUNT_SID="AC1"))
    assert (finding.setting, finding.severe) == ("KVAR_TWILIO_ACCOUNT_SID", False)
    assert "Did you mean" not in finding.advice


def test_names_count_in_any_case_as_the_settings_read_them(sqlite_engine: Engine) -> None:
    environment = {name.lower(): value for name, value in on(sqlite_engine).items()}
    assert ask(environment) == []


def test_an_env_file_is_read_under_the_environment(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KVAR_COMPANY_NAME=Från filen\nKVAR_SENDER_NAME=Från filen\n", encoding="utf-8")
    found = surroundings(tmp_path, {"KVAR_SENDER_NAME": "Leila"})
    assert found == {"KVAR_COMPANY_NAME": "Från filen", "KVAR_SENDER_NAME": "Leila"}


@pytest.mark.parametrize(
    "url",
    [
        "kvar.db",
        "mysql://root@localhost/kvar",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://kvar:hush@127.0.0.1:1/x",
    ],
)
def test_a_database_that_cannot_be_used_is_one_finding(url: str) -> None:
    (finding,) = ask(sound(KVAR_DATABASE_URL=url))
    assert (finding.setting, finding.severe) == ("KVAR_DATABASE_URL", True)


def test_no_secret_is_ever_printed() -> None:
    findings = ask(sound(
        KVAR_DATABASE_URL="postgresql://kvar:hush-hush@127.0.0.1:1/x", KVAR_RENT_WEBHOOK_SECRETS="whsec_hush-hush"
    ))  # fmt: skip
    assert len(findings) == 2
    assert "hush-hush" not in str(findings)


def test_a_folder_that_is_missing_or_closed_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", Path("/proc")):
        (finding,) = ask(sound(KVAR_DATABASE_URL=f"sqlite:///{folder}/kvar.db"))
        assert finding.setting == "KVAR_DATABASE_URL"
        assert str(folder) in finding.problem


def test_a_file_that_is_not_a_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "kvar.db").write_text("a shopping list, longer than the header of a database file " * 9)
    (finding,) = ask(sound(KVAR_DATABASE_URL=f"sqlite:///{tmp_path}/kvar.db"))
    assert "not a database" in finding.problem


def test_a_missing_database_file_is_not_created(tmp_path: Path) -> None:
    (finding,) = ask(sound(KVAR_DATABASE_URL=f"sqlite:///{tmp_path}/kvar.db"))
    assert "kvar migrate" in finding.advice
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_asks_for_kvar_migrate_and_an_embedded_one_will_do_it_itself(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("DROP TABLE alembic_version"))
    (finding,) = ask(on(engine))
    assert "kvar migrate" in finding.advice
    assert finding.severe == (engine.dialect.name == "postgresql")


def test_a_database_of_a_newer_version_is_refused(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (finding,) = ask(on(engine))
    assert finding.severe
    assert "9999" in finding.problem


def test_a_finding_reads_as_problem_setting_and_advice() -> None:
    finding = Finding(problem="it is blue", setting="KVAR_X", advice="Set KVAR_X to red.")
    assert str(finding) == "PROBLEM  KVAR_X: it is blue.\n         Set KVAR_X to red."


def test_a_clock_that_differs_from_the_database_servers_is_told(postgres_engine: Engine) -> None:
    (finding,) = ask(on(postgres_engine), now=datetime.now(UTC) - timedelta(hours=1))
    assert finding.setting == "the system clock"


def test_a_clock_that_was_set_back_is_told_by_the_newest_webhook(sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        session.add(
            InboxEvent(
                source="rent",
                event_id="e1",
                type="ledger.read",
                state=InboxState.APPLIED,
                body_sha256="a",
                content_digest="b",
                received_at=datetime(2026, 11, 3, 8, 0, tzinfo=UTC),
            )
        )
    (finding,) = ask(on(sqlite_engine), now=datetime(2026, 11, 3, 7, 0, tzinfo=UTC))
    assert finding.setting == "the system clock"
    assert "2026-11-03 08:00" in finding.problem


def test_a_broken_shipped_file_is_told_by_its_name(sqlite_engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "sequences").mkdir()
    (tmp_path / "sequences" / "arrears.toml").write_text("key = ", encoding="utf-8")
    findings = diagnose(on(sqlite_engine), now=datetime.now(UTC), shipped=tmp_path)
    assert any(finding.setting.startswith("templates/") and finding.severe for finding in findings)
