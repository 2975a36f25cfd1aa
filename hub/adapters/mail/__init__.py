"""How e-mails leave, or are kept for tests."""
