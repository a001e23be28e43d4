"""Ways out to tenants. Each hands a message to one provider and says what became of it."""
