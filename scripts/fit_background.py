"""Learn the prior of seeded themes: ``--data DIR`` writes background.npz and background.json of the package.

The background is mean and covariance of what sections of general texts mean. The weights of `diaoyan.discovery.prior`
are a conditional logit over the signs of whole reports, the same for every theme: of the four themes on the texts of
the annotations that were drawn at random, and on weak news. With ``--held-out`` nothing is written, but for each
source, and for one set of `own_themes`, themes are found with weights and background of the others, beside words alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
import numpy.typing as npt
from base_sources import sources
from fit_untaught import logit
from measures.own_themes import own_themes
from measures.shared import themed_news
from sklearn.metrics import adjusted_mutual_info_score

from diaoyan import settings
from diaoyan.discovery import LdaThemes, TfidfThemes
from diaoyan.discovery import prior as rooms
from diaoyan.discovery.material import Floats, Material
from diaoyan.discovery.prior import Background, signs, word_vectors
from diaoyan.models import load_tagger
from diaoyan.preprocess import Tokenizer
from diaoyan.report import Report
from diaoyan.tagging import Tagger
from diaoyan.themes import OTHER, Codebook
from diaoyan.writing import replacing, write_text

OUT = Path(__file__).parents[1] / "src" / "diaoyan"
#: Known words below which a section says nothing of the background.
LEAST_LENGTH = 5
#: A source beside its siblings, which are left out with it: they hold texts of one origin.
FAMILY = {"papers, others": "papers", "weak news": "news"}


@dataclass(frozen=True)
class Labelled:
    """Texts of one source with the theme of each as a number, the rest being the last."""

    name: str
    codebook: Codebook
    reports: list[Report]
    themes: npt.NDArray[np.int64]
    material: Material

    @property
    def family(self) -> str:
        """What is left out with it."""
        return FAMILY.get(self.name, self.name)


def gathered(folder: Path) -> list[Labelled]:
    """Return the texts of all sources that were drawn at random, cut and counted."""
    base, four = load_tagger(settings.model("base")), Codebook.default()
    features = Tagger(four, vectors=base.features_.vectors).new_features().take_over(base.features_)
    found = []
    for source in sources(folder, features):
        # Sections of work reports are of no one theme, and their genre is no reader's month.
        if source.name != "work reports":
            rows = np.flatnonzero(source.random)
            found.append(labelled(source.name, four, [source.reports[r] for r in rows], source.examples.primary[rows]))
    texts, themes = themed_news(folder)
    numbers = [[*four.ids, OTHER].index(themes[report.report_id].primary) for report in texts]
    found.append(labelled("weak news", four, texts, np.array(numbers)))
    others = own_themes("papers, others", folder, most=1000)
    ids = [*others.codebook.ids, OTHER]
    numbers = [ids.index(others.labels[report.report_id].primary) for report in others.reports]
    return [*found, labelled("papers, others", others.codebook, others.reports, np.array(numbers))]


def labelled(name: str, codebook: Codebook, reports: list[Report], themes: npt.NDArray[np.int64]) -> Labelled:
    tokenizer = Tokenizer(terms=[seed for theme in codebook.themes for seed in theme.seeds])
    material = Material.gather(reports, tokenizer, codebook=codebook, vectors=word_vectors())
    return Labelled(name, codebook, reports, np.asarray(themes, dtype=np.int64), material)


def fitted(sets: Sequence[Labelled]) -> Background:
    """Return background and weights from several sources, each counting the same."""
    general = [
        one.material.meaning[one.material.shaping & (one.material.length > LEAST_LENGTH)]
        for one in sets
        if one.name != "sample"
    ]
    rows = np.concatenate(general)
    # As they are stored, so that the weights fit what is read back.
    mean, covariance = rows.mean(0).astype(np.float32), np.cov(rows.T).astype(np.float32)
    found = Background(mean.astype(float), covariance.astype(float), np.zeros(7), np.zeros(4))
    told, words = [], []
    for one in sets:
        told.append((of_reports(one.material, signs(one.material, one.codebook, found)), one.themes, 1.0))
        alone = one.material.words_alone()
        words.append((of_reports(alone, signs(alone, one.codebook, found)), one.themes, 1.0))
    return Background(found.mean, found.covariance, logit(told, 7).round(3), logit(words, 4).round(3))


def of_reports(material: Material, values: Floats) -> Floats:
    """Return the mean of the signs over the sections of each report, by length; of the title where it stands alone."""
    worth = np.where(material.shaping, material.length, 1e-6)
    total = np.zeros((len(material.reports), *values.shape[1:]))
    np.add.at(total, material.owner, values * worth[:, None, None])
    sums = np.zeros(len(material.reports))
    np.add.at(sums, material.owner, worth)
    mean: Floats = total / sums[:, None, None]
    return mean


def held_out(sets: Sequence[Labelled]) -> None:
    """Print what is found in each source with weights and background of the other families."""
    print("source          reports  method  words alone: AMI, accuracy, themes   with meaning: AMI, accuracy, themes")
    for one in sets:
        found = fitted([other for other in sets if other.family != one.family and other.codebook == Codebook.default()])
        ids = np.array([*one.codebook.ids, OTHER])
        with mock.patch.object(rooms, "background", return_value=found):
            for kind in (TfidfThemes, LdaThemes):
                cells = []
                for meaning in (False, True):
                    model = kind(one.codebook, meaning=meaning, resamples=0).fit(one.reports)
                    themes = model.assignments()
                    ami = adjusted_mutual_info_score(one.themes, themes["cluster"])
                    coarse = adjusted_mutual_info_score(ids[one.themes], themes["theme"])
                    right = float((themes["theme"].to_numpy() == ids[one.themes]).mean())
                    cells.append(f"{ami:.3f}  {coarse:.3f}  {right:.3f}  {len(model.clusters_):<3}")
                print(f"{one.name:<16}{len(one.reports):<9}{model.method:<8}{cells[0]:<37}{cells[1]}", flush=True)


def main() -> None:
    """Write the files, or print what is found in sources that were left out."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of the real texts")
    parser.add_argument("--held-out", action="store_true", help="leave out each source in turn; write nothing")
    options = parser.parse_args()
    sets = gathered(options.data)
    if options.held_out:
        held_out(sets)
        return
    found = fitted([one for one in sets if one.codebook == Codebook.default()])
    arrays = {name: getattr(found, name).astype(np.float32) for name in Background.__dataclass_fields__}
    with replacing(OUT / "background.npz") as temporary, open(temporary, "wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    digest = hashlib.sha256((OUT / "background.npz").read_bytes()).hexdigest()
    write_text(OUT / "background.json", json.dumps({"sha256": {"background.npz": digest}}) + "\n")
    print("weights", found.weights.tolist(), "words alone", found.weights_of_words.tolist())


if __name__ == "__main__":
    main()
