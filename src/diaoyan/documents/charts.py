"""Charts of a workbook that Excel draws itself from the cells beside them, in the colours of the themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diaoyan.documents.office import cell_text

#: Width and height of a chart, in cm.
WIDE, HIGH = 15.0, 8.5
_INK, _GREY, _PALE = "1F2328", "5F6670", "E3E5E8"


@dataclass(frozen=True, slots=True)
class Bars:
    """One series of bars: rows of a sheet, from `first` on.

    Parameters
    ----------
    name : str
        What the series is called.
    first : int
        Row of the first bar, from 1.
    labels : sequence of str
        What stands beside each bar, as the cells show it.
    values : sequence of float
    colours : sequence of str
        Of each bar, as ``#rrggbb``.
    reach : (str, str), optional
        Letters of the columns that say how far the interval of each bar goes below and above it.
    """

    name: str
    first: int
    labels: Sequence[str]
    values: Sequence[float]
    colours: Sequence[str]
    reach: tuple[str, str] | None = None


def draw_bars(
    sheet: Any,
    series: Sequence[Bars],
    *,
    at: str,
    title: str,
    unit: str,
    columns: tuple[str, str],
    form: str = "0%",
    top: float | None = None,
    stacked: bool = False,
) -> None:
    """Put a chart on a sheet: bars across, or columns stacked up to the whole where `stacked`.

    Parameters
    ----------
    sheet : Worksheet
        Holds the cells that the chart is drawn from.
    series : sequence of Bars
    at : str
        Cell of the upper left corner.
    title, unit : str
        What it shows, and what the values are.
    columns : (str, str)
        Letters of the columns with labels and values.
    form : str
        Format of the values.
    top : float, optional
        Where the axis of the values ends.
    stacked : bool
    """
    from openpyxl.chart import BarChart
    from openpyxl.chart.layout import Layout, ManualLayout
    from openpyxl.chart.shapes import GraphicalProperties

    chart = BarChart()
    chart.type, chart.gapWidth = ("col" if stacked else "bar"), 40
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    chart.title, chart.style, chart.width, chart.height = _said(title, 1200), None, WIDE, HIGH
    chart.roundedCorners = chart.varyColors = False
    for number, bars in enumerate(series):
        chart.series.append(_series(sheet, number, bars, columns=columns, form=form))
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # else Excel shows none
        axis.txPr = _look(900)
    chart.y_axis.number_format, chart.y_axis.title = form, _said(unit, 900)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1 if stacked else top
    if not stacked:
        chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
        chart.y_axis.crosses = "max"  # which leaves the values below
    chart.y_axis.majorGridlines.spPr = GraphicalProperties()
    chart.y_axis.majorGridlines.spPr.ln = _line(_PALE)
    if len(series) > 1:
        chart.legend.position = "r"
    else:
        chart.legend = None
        chart.layout = Layout(
            manualLayout=ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.24, y=0.14, w=0.7, h=0.64)
        )
    chart.visible_cells_only = False  # rows that a filter hides stay in the chart
    sheet.add_chart(chart, at)


def _series(sheet: Any, number: int, bars: Bars, *, columns: tuple[str, str], form: str) -> Any:
    """Return a series with what its cells hold, so that programs that do not count again show it too."""
    from openpyxl.chart import data_source as data
    from openpyxl.chart.marker import DataPoint
    from openpyxl.chart.series import Series, SeriesLabel
    from openpyxl.utils import quote_sheetname

    last = bars.first + len(bars.values) - 1
    labels, values, *reach = (
        f"{quote_sheetname(sheet.title)}!${column}${bars.first}:${column}${last}"
        for column in (*columns, *(bars.reach or ()))
    )
    words = data.StrData(
        ptCount=len(bars.labels), pt=[data.StrVal(idx=i, v=cell_text(label)) for i, label in enumerate(bars.labels)]
    )
    numbers = data.NumData(
        formatCode=form,
        ptCount=len(bars.values),
        pt=[data.NumVal(idx=i, v=repr(float(value))) for i, value in enumerate(bars.values)],
    )
    made = Series(
        idx=number,
        order=number,
        tx=SeriesLabel(v=cell_text(bars.name)),
        cat=data.AxDataSource(strRef=data.StrRef(f=labels, strCache=words)),
        val=data.NumDataSource(numRef=data.NumRef(f=values, numCache=numbers)),
    )
    made.invertIfNegative = False
    made.spPr = _filled(bars.colours[0])
    if len(set(bars.colours)) > 1:
        made.dPt = [
            DataPoint(idx=i, invertIfNegative=False, spPr=_filled(colour)) for i, colour in enumerate(bars.colours)
        ]
    if reach:
        made.errBars = _intervals(*reach)
    return made


def _intervals(below: str, above: str) -> Any:
    from openpyxl.chart.data_source import NumDataSource, NumRef
    from openpyxl.chart.error_bar import ErrorBars
    from openpyxl.chart.shapes import GraphicalProperties

    look = GraphicalProperties()
    look.ln = _line(_INK)
    minus, plus = (NumDataSource(numRef=NumRef(f=cells)) for cells in (below, above))
    made = ErrorBars(errBarType="both", errValType="cust", noEndCap=False, minus=minus, plus=plus, spPr=look)
    # The library writes minus first, and Excel takes a chart out that is not in the order of its schema.
    made.__elements__ = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")
    return made


def _filled(colour: str) -> Any:
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    return GraphicalProperties(solidFill=colour.removeprefix("#").upper(), ln=LineProperties(noFill=True))


def _line(colour: str) -> Any:
    from openpyxl.drawing.line import LineProperties

    return LineProperties(w=9525, solidFill=colour)


def _look(size: int) -> Any:
    from openpyxl.chart.text import RichText
    from openpyxl.drawing.text import Paragraph, ParagraphProperties

    return RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), endParaRPr=_letters(size))])


def _letters(size: int) -> Any:
    from openpyxl.drawing.text import CharacterProperties

    return CharacterProperties(sz=size, b=False, solidFill=_INK if size > 1000 else _GREY)


def _said(text: str, size: int) -> Any:
    """Return a title of a chart or an axis, which does not lie over the chart."""
    from openpyxl.chart.text import RichText, Text
    from openpyxl.chart.title import Title
    from openpyxl.drawing.text import Paragraph, ParagraphProperties, RegularTextRun

    run = RegularTextRun(rPr=_letters(size), t=cell_text(text))
    rich = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(size)), r=[run])])
    return Title(tx=Text(rich=rich), overlay=False)
