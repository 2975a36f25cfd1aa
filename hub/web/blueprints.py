"""Every blueprint of the hub, in the order of its readers."""

from flask import Flask

from config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Register the pages of the public, the controllers, the DPOs, the operators and the API."""
