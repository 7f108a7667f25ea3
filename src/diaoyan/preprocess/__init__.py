"""From text to tokens: normalising, sections, segmentation with policy terms, learned phrases, stop words, names."""

from diaoyan.preprocess.names import foreign, persons, within_bylines, within_names
from diaoyan.preprocess.phrases import Phrase, learn_phrases
from diaoyan.preprocess.sections import cut_sections
from diaoyan.preprocess.tokenizer import Tokenizer

__all__ = [
    "Phrase",
    "Tokenizer",
    "cut_sections",
    "foreign",
    "learn_phrases",
    "persons",
    "within_bylines",
    "within_names",
]
