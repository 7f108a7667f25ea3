"""The classifier that files reports under themes, with its calibration, evaluation and explanation."""

from diaoyan.tagging.classifier import Tag, Tagger
from diaoyan.tagging.evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "Tag", "Tagger", "evaluate"]
