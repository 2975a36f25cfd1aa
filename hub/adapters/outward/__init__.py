"""Calls to the endpoints of controllers: over the network, and in memory."""
