"""The only SQL. A function takes the session first and never commits."""
