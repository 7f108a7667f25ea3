"""Run the notebooks from top to bottom and keep them as pages; `make notebooks` calls this.

The pages ask the network for nothing: what the export would load from elsewhere (formulas, diagrams, widgets) is left
out, since no notebook uses it. With ``--strip`` the notebooks themselves are brought into the form git keeps, without
outputs.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from traitlets.config import Config

from diaoyan.errors import DiaoyanError
from diaoyan.writing import write_text

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
#: A notebook that takes longer has gone wrong, seconds a cell.
PATIENCE = 300
#: What is shown of an output, the first that is there.
KINDS = ["text/html", "image/svg+xml", "image/png", "text/plain"]
#: The template of JupyterLab, without what it fetches.
TEMPLATE = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block html_head_css -%}
<style>
main { max-width: 62rem; margin: 0 auto; }
.jp-InputPrompt, .jp-OutputPrompt { display: none; }
.jp-RenderedImage img { max-width: 100%; height: auto; }
</style>
{%- endblock -%}
"""


def stripped(notebook: nbformat.NotebookNode) -> str:
    """Return the text of a notebook as git keeps it: no outputs, no counts, cells numbered, the plain kernel."""
    cells = []
    for number, cell in enumerate(notebook.cells, 1):
        tags = cell.metadata.get("tags", [])
        new = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        cells.append(new(cell.source.rstrip(), id=f"cell-{number:02d}", metadata={"tags": tags} if tags else {}))
    kept = nbformat.v4.new_notebook(cells=cells, metadata=KERNEL)
    kept.nbformat_minor = 5
    return str(nbformat.writes(kept)) + "\n"


def execute(notebook: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """Run all cells in `folder`, with the Python this script runs with, and return the notebook with its outputs."""
    # Left alone, the kernel complains that it talks to us unencrypted.
    config = Config({"KernelManager": {"transport_encryption": "auto"}})
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook,
        timeout=PATIENCE,
        kernel_name="python3",
        resources=resources,
        config=config,
        store_widget_state=False,
        coalesce_streams=True,
    )
    return client.execute()


def page(notebook: nbformat.NotebookNode, name: str) -> str:
    """Return an executed notebook as one HTML page that carries all it needs."""
    from jinja2 import DictLoader
    from nbconvert import HTMLExporter

    # A form would need scripts from elsewhere; on a page it stands as the list of what it asks.
    config = Config({"NbConvertBase": {"display_data_priority": KINDS}})
    exporter = HTMLExporter(
        template_name="lab",
        template_file="page.html.j2",
        extra_loaders=[DictLoader({"page.html.j2": TEMPLATE})],
        config=config,
    )
    return str(exporter.from_notebook_node(notebook, resources={"metadata": {"name": name}})[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="beginnings of the notebooks' names, e.g. 01; all by default")
    parser.add_argument("-o", "--output", type=Path, default=Path("reports_out/notebooks"), help="folder of the pages")
    parser.add_argument("--strip", action="store_true", help="bring the notebooks into the form git keeps, and stop")
    options = parser.parse_args()
    chosen = [p for p in sorted(FOLDER.glob("*.ipynb")) if not options.names or p.name.startswith(tuple(options.names))]
    for path in chosen:
        notebook = nbformat.read(path, as_version=4)
        if options.strip:
            write_text(path, stripped(notebook))
            continue
        start = time.perf_counter()
        write_text(options.output / f"{path.stem}.html", page(execute(notebook, FOLDER), path.stem))
        print(f"{options.output / path.stem}.html, {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (DiaoyanError, CellExecutionError) as error:
        sys.exit(f"run_notebooks: {error}")
