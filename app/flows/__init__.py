"""The stories, one module each. They read facts, ask `policy`, and write what follows in one transaction."""
