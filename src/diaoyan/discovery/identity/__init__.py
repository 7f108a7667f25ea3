"""The identity of themes from month to month: each month everything is refitted and matched to the themes known."""

from diaoyan.discovery.identity.adoption import adopt
from diaoyan.discovery.identity.history import Change
from diaoyan.discovery.identity.refit import refit
from diaoyan.discovery.identity.register import ThemeRegister

__all__ = ["Change", "ThemeRegister", "adopt", "refit"]
