"""What other systems call: the rent system's webhook."""
