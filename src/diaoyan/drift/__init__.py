"""Drift: how a month differs from those before it, and whether the model can still be trusted."""

from diaoyan.drift.drift import Drift, measure_drift

__all__ = ["Drift", "measure_drift"]
