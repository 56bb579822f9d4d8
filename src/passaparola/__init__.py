"""passaparola: a self-hosted referral program platform."""

__version__ = "0.1.0"
