"""`make demo`: a fictional housing company lives through a month, and everything goes through Kvar's public doors."""
