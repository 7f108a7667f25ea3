"""What each section of a report says of its theme, on a scale whose mean is what the whole report says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from diaoyan.arrays import Floats
from diaoyan.tagging.features import Reading

if TYPE_CHECKING:
    from diaoyan.tagging.classifier import Tagger


def by_section(tagger: Tagger, reading: Reading) -> Floats:
    """Return how likely a report would be filed under each class if its whole text spoke as each section does.

    A report is filed by a sum over its title, its authors and its sections. A section stands here for the whole text,
    beside the same title and authors: so the logarithms of these odds, averaged over the sections, are those of the
    report, and no section is judged as the short report without a title that it is not.

    Parameters
    ----------
    tagger : Tagger
        Fitted.
    reading : Reading
        Of a report with text; see `Features.read`.

    Returns
    -------
    ndarray of shape (n_sections, n_classes)
        Each row adds up to 1.

    Examples
    --------
    >>> from diaoyan import settings
    >>> from diaoyan.tagging import Tagger
    >>> reports, labels = settings.sample()
    >>> tagger = Tagger(folds=3).fit(reports, labels)
    >>> shares = by_section(tagger, tagger.features_.read(reports[:1])[0])
    >>> [tagger.classes[place] for place in shares.argmax(axis=1)]
    ['rural', 'rural', 'rural']
    """
    scores = tagger.features_.parts(reading).times(tagger.weights_)
    text = np.array([kind == "text" for kind in (*reading.kinds, "")], dtype=bool)
    said = text.sum() * scores[text] + scores[~text].sum(axis=0) + tagger.bias_
    return tagger.calibrations_["text"].primary(said)
