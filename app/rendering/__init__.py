"""Texts: message templates and the sentences of reasons."""
