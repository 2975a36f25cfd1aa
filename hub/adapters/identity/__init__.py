"""Providers of identity: OpenID Connect for the real ones, and one in memory for tests."""
