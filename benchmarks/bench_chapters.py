"""How long each chapter takes to execute from nothing, as for the book, and what its frames weigh.

Run it on an idle machine: every explorer's frames are drawn on all cores.
"""

import os
import re
import time
from pathlib import Path

os.environ["DROPOUTLAB_BUILDING_BOOK"] = "1"
os.environ["TQDM_DISABLE"] = "1"

import nbformat
from nbclient import NotebookClient

CHAPTERS = Path(__file__).parents[1] / "chapters"
FRAMES = re.compile(r'data-name="([^"]+)".*?explorer-frames">([^<]+)<', re.DOTALL)


def main():
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        start = time.perf_counter()
        NotebookClient(notebook, timeout=600).execute()
        seconds = time.perf_counter() - start
        html = "\n".join(
            output.data.get("text/html", "")
            for cell in notebook.cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if "data" in output
        )
        kilobytes = {name: len(packed) * 3 // 4 // 1000 for name, packed in FRAMES.findall(html)}
        weights = ", ".join(f"{name} {size}" for name, size in kilobytes.items())
        total = sum(kilobytes.values())
        print(f"{path.stem:14} {seconds:5.1f} s   {total:4d} kB of frames: {weights}")


if __name__ == "__main__":
    main()
