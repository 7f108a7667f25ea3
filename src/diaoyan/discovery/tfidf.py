"""Themes by TF-IDF: seed words pull sections to the codebook's themes, and what they leave falls into groups."""

from __future__ import annotations

from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.model import ThemeModel


class TfidfThemes(ThemeModel):
    """Find themes in TF-IDF vectors of sections.

    Seeded, a section belongs to the theme whose seed words are densest in it; sections no theme explains are parted
    into groups, and those that are clear become new themes. Free, all sections are parted. See `partitions` for how.

    See `ThemeModel` for parameters and attributes.

    Examples
    --------
    >>> from diaoyan import settings
    >>> reports, _ = settings.sample()
    >>> themes = TfidfThemes(themes=6, resamples=1).fit(reports)
    >>> [cluster.name for cluster in themes.clusters_][:4]
    ['乡村振兴', '数字经济', '纪检监察', '金融']
    """

    method = "tfidf"

    def _section_weights(self, material: Material, lean: Floats, random_state: int) -> Floats:
        return lean
