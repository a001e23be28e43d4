"""The demo: a housing company's month, played through Kvar's public doors."""
