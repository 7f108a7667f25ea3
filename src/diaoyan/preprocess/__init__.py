"""From text to tokens: normalising, sections, segmentation with policy terms, stop words."""

from diaoyan.preprocess.sections import cut_sections
from diaoyan.preprocess.tokenizer import Tokenizer

__all__ = ["Tokenizer", "cut_sections"]
