"""The classifier that files reports under themes, with its calibration, evaluation and explanation."""

from diaoyan.tagging.classifier import Tagger
from diaoyan.tagging.evaluation import Evaluation
from diaoyan.tagging.explanation import Explanation, explain
from diaoyan.tagging.protocols import evaluate, evaluate_fitted
from diaoyan.tagging.tag import Tag, standing

__all__ = ["Evaluation", "Explanation", "Tag", "Tagger", "evaluate", "evaluate_fitted", "explain", "standing"]
