"""The simulated neighbourhood: phones, a rent system and a clock. Its doors exist only under `make demo`."""
