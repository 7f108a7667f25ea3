"""What a user would write instead: plain scripts, each a whole process: python rivals.py JOB INPUT OUTPUT [THEMES].

They are written the way the tutorials of their libraries are, with nothing left out that the result needs and nothing
done twice.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def read(path: str) -> list[str]:
    """Return title and text of every report of a JSON Lines file."""
    with open(path, encoding="utf-8") as lines:
        return [f"{item['title']}\n{item['text'] or ''}" for item in map(json.loads, lines)]


def words(text: str) -> list[str]:
    """Segment with jieba; words of two characters and more."""
    import jieba

    return [word for word in jieba.lcut(text) if len(word) > 1]


def fit(source: str, output: str) -> None:
    """Learn to tag, from a labelled file; done once and not measured, as the model that ships is not trained either."""
    import csv

    import joblib
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    with open(Path(source).with_name("labels.csv"), encoding="utf-8-sig") as rows:
        labels = {row["report_id"]: row["primary"] for row in csv.DictReader(rows)}
    with open(source, encoding="utf-8") as lines:
        target = [labels[json.loads(line)["report_id"]] for line in lines]
    model = make_pipeline(TfidfVectorizer(analyzer=words), LogisticRegression(max_iter=1000))
    joblib.dump(model.fit(read(source), target), output)


def tag(source: str, output: str) -> None:
    """Tag with jieba, TfidfVectorizer and LogisticRegression, fitted before; the model lies beside the result."""
    import joblib

    model = joblib.load(Path(output).with_name("plain.joblib"))
    shares = model.predict_proba(read(source))
    with open(output, "w", encoding="utf-8") as file:
        for row in shares:
            file.write(f"{model.classes_[row.argmax()]},{','.join(f'{share:.4f}' for share in row)}\n")


def tag_rjieba(source: str, output: str) -> None:
    """Tag as `tag` does, with jieba's faster twin, which cuts alike but for a few words."""
    import rjieba

    sys.modules["jieba"] = rjieba
    rjieba.lcut = rjieba.cut
    tag(source, output)


def month(source: str, output: str) -> None:
    """Make of a month what a script makes of it: k-means, LDA, six bar charts, at five themes."""
    import matplotlib as mpl

    mpl.use("Agg")
    import numpy as np
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel
    from matplotlib import pyplot as plt
    from pylopdf_fonts_zh_cn import sans_path
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    mpl.font_manager.fontManager.addfont(str(sans_path()))
    plt.rcParams["font.family"] = mpl.font_manager.FontProperties(fname=str(sans_path())).get_name()
    texts = [words(text) for text in read(source)]
    vectorizer = TfidfVectorizer(analyzer=lambda text: text, min_df=2, max_df=0.5)
    rows = vectorizer.fit_transform(texts)
    labels = KMeans(5, n_init=10, random_state=0).fit(rows).labels_
    dictionary = Dictionary(texts)
    dictionary.filter_extremes(no_below=2, no_above=0.5)
    bags = [dictionary.doc2bow(text) for text in texts]
    lda = LdaModel(bags, 5, dictionary, passes=10, random_state=0, alpha="auto", eta="auto")
    folder = Path(output)
    folder.mkdir(exist_ok=True)
    (folder / "topics.txt").write_text("\n".join(map(str, lda.print_topics())), encoding="utf-8")
    names = vectorizer.get_feature_names_out()
    for cluster in range(5):
        share = np.asarray(rows[labels == cluster].mean(0)).ravel()
        top = share.argsort()[::-1][:15]
        plt.figure(figsize=(8, 5))
        plt.barh(names[top], share[top])
        plt.title(str(cluster))
        plt.tight_layout()
        plt.savefig(folder / f"{cluster}.png", dpi=200)
    plt.figure(figsize=(8, 5))
    plt.bar(range(5), np.bincount(labels, minlength=5))
    plt.tight_layout()
    plt.savefig(folder / "sizes.png", dpi=200)


def kmeans(source: str, output: str, themes: str) -> None:
    """Cluster with TfidfVectorizer and k-means."""
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = TfidfVectorizer(analyzer=words, min_df=2, max_df=0.5).fit_transform(read(source))
    found = KMeans(int(themes), n_init=10, random_state=0).fit(rows)
    Path(output).write_text("\n".join(map(str, found.labels_)), encoding="utf-8")


def gensim(source: str, output: str, themes: str) -> None:
    """Find topics with gensim's LdaModel, ten passes."""
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    texts = [words(text) for text in read(source)]
    dictionary = Dictionary(texts)
    dictionary.filter_extremes(no_below=2, no_above=0.5)
    bags = [dictionary.doc2bow(text) for text in texts]
    model = LdaModel(bags, int(themes), dictionary, passes=10, random_state=0, alpha="auto", eta="auto")
    best = [max(model.get_document_topics(bag), key=lambda pair: pair[1])[0] for bag in bags]
    Path(output).write_text("\n".join(map(str, best)), encoding="utf-8")


def tomotopy(source: str, output: str, themes: str) -> None:
    """Find topics with tomotopy's LDAModel, a thousand rounds of Gibbs sampling."""
    import tomotopy as tp

    model = tp.LDAModel(k=int(themes), min_df=2, seed=0)
    for text in read(source):
        model.add_doc(words(text))
    model.train(1000, workers=1)
    best = [document.get_topics(top_n=1)[0][0] for document in model.docs]
    Path(output).write_text("\n".join(map(str, best)), encoding="utf-8")


def split(source: str, output: str) -> None:
    """Split a compilation at its own numbered titles: the regular expression that everybody writes first."""
    import re

    pieces = re.split(r"^(?=\d{1,2}[.、．])", Path(source).read_text("utf-8"), flags=re.M)
    Path(output).write_text(json.dumps(pieces, ensure_ascii=False), encoding="utf-8")


def chart(source: str, output: str) -> None:
    """Draw one bar chart of how often each month occurs: the least of a theme report."""
    import matplotlib as mpl

    mpl.use("Agg")
    import pandas as pd
    from matplotlib import pyplot as plt

    counts = pd.read_json(source, lines=True)["title"].str[:2].value_counts().head(10)
    counts.plot.bar()
    plt.savefig(output, dpi=200)


JOBS = {job.__name__: job for job in (fit, tag, tag_rjieba, month, kmeans, gensim, tomotopy, split, chart)}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*sys.argv[2:])
