"""Which figures a theme report has, and in which order they are read."""

#: The figures of a theme report, in reading order: each a file of this room.
FIGURES = (
    "titles",
    "shares",
    "words",
    "changes",
    "map",
    "provinces",
    "together",
    "strips",
    "agreement",
    "choice",
    "risk",
    "reliability",
    "confusion",
)
