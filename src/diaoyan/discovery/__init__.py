"""Themes found in the corpus itself: TF-IDF and LDA behind one interface, named, matched to the codebook, judged."""

from diaoyan.discovery.cluster import Cluster
from diaoyan.discovery.lda import LdaThemes
from diaoyan.discovery.model import ThemeModel
from diaoyan.discovery.tfidf import TfidfThemes

__all__ = ["Cluster", "LdaThemes", "TfidfThemes", "ThemeModel"]
