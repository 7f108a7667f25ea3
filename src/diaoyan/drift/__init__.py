"""Drift: how a month differs from those before it, and whether the model can still be trusted."""

from diaoyan.drift.drift import measure_drift
from diaoyan.drift.verdict import Drift

__all__ = ["Drift", "measure_drift"]
