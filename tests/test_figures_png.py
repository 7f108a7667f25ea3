"""A PNG of our own is read by others as what it was made of."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from diaoyan.figures.png import png


@pytest.mark.parametrize("bands", [3, 4])
def test_every_point_comes_back(bands: int) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (7, 5, bands)).astype(np.uint8)
    data = png(picture, dpi=200)
    Image.open(io.BytesIO(data)).verify()
    read = Image.open(io.BytesIO(data))
    assert read.mode == "RGB"
    assert np.array_equal(np.asarray(read), picture[:, :, :3])
    assert read.info["dpi"] == pytest.approx((200, 200), abs=0.01)
    assert set(read.info) == {"dpi"}  # no date, no software: the same figure gives the same bytes
