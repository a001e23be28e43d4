"""`kvar doctor` reads a configuration through as a careful colleague would before the first start. It tells every
problem at once, never only the first, and for each the setting to change and what to set it to. It changes nothing."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from dotenv import dotenv_values

from app.flows.doctor.database import database
from app.flows.doctor.finding import Finding, variable
from app.flows.doctor.settings import read, settings_findings, unknown
from app.flows.doctor.templates import templates
from app.settings import SHIPPED, Settings

__all__ = ["Finding", "diagnose", "surroundings"]


def surroundings(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that `Settings` would read: the file `.env` in `folder`, under `environment`."""
    file = dotenv_values(folder / ".env", encoding="utf-8")
    return {name: value for name, value in file.items() if value is not None} | dict(environment)


def diagnose(
    environment: Mapping[str, str] | None = None, *, now: datetime, shipped: Path = SHIPPED / "templates"
) -> list[Finding]:
    """Every problem with `environment` (default: this process's, and `.env`), severe ones first."""
    given = surroundings(Path.cwd(), os.environ) if environment is None else environment
    ours = {name.upper(): value for name, value in given.items()}
    values = {field: ours[variable(field)] for field in Settings.model_fields if variable(field) in ours}
    wrong, settings = read(values)
    findings = [
        *unknown(ours),
        *wrong,
        *settings_findings(settings, values, refused={finding.setting for finding in wrong}),
        *database(settings.database_url, now),
        *templates(shipped),
    ]
    return sorted(findings, key=lambda finding: not finding.severe)
