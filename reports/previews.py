"""One small picture of each format of the sample pack, for the README: ``make showcase`` runs it.

Needs Debian's chromium, libreoffice-impress, libreoffice-calc and poppler-utils; a format whose program is absent
keeps the picture it has. ::

    python reports/previews.py build/showcase/sample/2025-10-to-2026-09 reports/sample
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

#: Pixels of a picture; the page of each print that is shown, and how much of it: width and height as shares.
WIDTH, HEIGHT = 1100, 760
PAGES = {"report.pdf": (1, 1.0, 0.6), "deck.pptx": (3, 1.0, 1.0), "tables.xlsx": (1, 0.62, 0.5)}


def browser(page: Path, out: Path, *, presses: int = 0) -> None:
    """Take a picture of a page, after some steps forward."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        window = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = window.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        view.goto(page.absolute().as_uri())
        view.wait_for_timeout(1500)
        for _ in range(presses):
            view.keyboard.press("ArrowRight")
            view.wait_for_timeout(400)
        view.screenshot(path=str(out))
        window.close()


def print_of(source: Path, out: Path) -> None:
    """Take a picture of one page of a print, made from an office file where it is one."""
    if shutil.which("pdftoppm") is None or (source.suffix != ".pdf" and shutil.which("soffice") is None):
        return
    with tempfile.TemporaryDirectory() as place:
        made = source
        if source.suffix != ".pdf":
            command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", place, str(source)]
            subprocess.run(command, check=True, capture_output=True)
            made = Path(place) / f"{source.stem}.pdf"
        page, wide, high = PAGES[source.name]
        command = ["pdftoppm", "-r", "220", "-f", str(page), "-l", str(page), "-png", str(made), f"{place}/page"]
        subprocess.run(command, check=True)
        picture = Image.open(next(Path(place).glob("page*.png")))
        picture.crop((0, 0, int(wide * picture.width), int(high * picture.height))).save(out)


def small(path: Path) -> None:
    """Fit a picture into its frame, in few colours."""
    if path.is_file():
        picture = Image.open(path).convert("RGB")
        picture.thumbnail((WIDTH, 10 * HEIGHT))
        picture.quantize(64).save(path, optimize=True)


def main(pack: Path, out: Path) -> None:
    """Make every picture."""
    browser(pack / "report.html", out / "preview.png")
    browser(pack / "slides.html", out / "preview-slides.png", presses=1)
    for name in PAGES:
        print_of(pack / name, out / f"preview-{Path(name).stem}.png")
    for path in sorted(out.glob("preview*.png")):
        small(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
