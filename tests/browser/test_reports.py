"""The report of a run, as a browser shows it: on a wide screen and on a telephone, light, dark and on paper.

Nothing is cropped, nothing is fetched from elsewhere, and axe finds nothing that would keep a reader out. Needs pytest, playwright and
axe-playwright-python, a Chromium (FIRESALE_CHROMIUM names one; else the first of the usual names), and the program
(FIRESALE_BINARY, else what is built). Whatever of these is missing, the tests are skipped and say so.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

# A cascade in shares, an exchange with its fund, and prices over orders of magnitude with history beside them.
WORLDS = ["two-funds", "insurance-fund", "luna-2022"]
# Pixels: a screen, a telephone, and a sheet of A4 within its margins.
PAGES = [(1280, "screen", "light"), (1280, "screen", "dark"), (390, "screen", "light"), (390, "screen", "dark"), (718, "print", "light")]

# What reaches beyond the right edge and cannot be scrolled to.
CROPPED = """() => {
    const edge = document.documentElement.clientWidth + 1;
    const scrolls = (element) => {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
            if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
        return false;
    };
    const beyond = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 0 && box.right > edge && !scrolls(element);
    };
    return [...document.body.querySelectorAll("*")].filter(beyond).map((own) => own.tagName + " " + own.className).slice(0, 5);
}"""


@pytest.fixture(scope="session")
def browser():
    names = [os.environ.get("FIRESALE_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    chromium = next((path for path in map(shutil.which, filter(None, names)) if path), None)
    if not chromium:
        pytest.skip("there is no Chromium: install one, or set FIRESALE_CHROMIUM")
    with playwright.sync_playwright() as driver:
        # Whoever runs this as root, in a container say, has no sandbox; the pages are our own.
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session", params=WORLDS)
def report(request, program, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / request.param
    subprocess.run([program, "run", request.param, "--quiet", "--out", str(folder)], check=True)
    return folder / "report.html"


@pytest.mark.parametrize(("width", "media", "scheme"), PAGES)
def test_a_report_is_whole_and_open_to_every_reader(browser, report, width, media, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900})
    wrong = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith(("file:", "data:")) else None)
    page.emulate_media(media=media, color_scheme=scheme)
    page.goto(report.as_uri())
    assert page.evaluate(CROPPED) == []
    found = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["target"], rule["help"]) for rule in found] == []
    assert wrong == []
    page.close()


def test_the_test_sees_what_is_cropped(browser):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.set_content("<body><div style='width: 600px'>too wide</div><div style='overflow-x: auto'><p style='width: 600px'>scrolls</p></div>")
    assert page.evaluate(CROPPED) == ["DIV "]
    page.close()
