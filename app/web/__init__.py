"""HTTP: parse, call one flow, answer."""
