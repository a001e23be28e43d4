"""The rules, pure: no session, no clock, no framework."""
