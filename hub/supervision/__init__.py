"""One process that starts the others, restarts what dies and stops them all: standard library."""
