"""The classifier that files reports under themes, with its calibration, evaluation and explanation."""

from diaoyan.tagging.classifier import Tag, Tagger
from diaoyan.tagging.evaluation import Evaluation, evaluate
from diaoyan.tagging.explanation import Explanation, explain

__all__ = ["Evaluation", "Explanation", "Tag", "Tagger", "evaluate", "explain"]
