"""A frame with an explorer follows the front end around it: JupyterLab, VS Code, a plain page."""

import pytest

from dropoutlab.explore.document import Shown

pytestmark = pytest.mark.browser

THEME = "document.querySelector('iframe').contentDocument?.documentElement.dataset.theme"
WHEELS = "window.wheels = 0; addEventListener('wheel', () => window.wheels++)"


def framed(open_page, attributes="", **settings):
    """A page with a frame, whose body has these attributes."""
    page = open_page("about:blank", **settings)
    frame = Shown("<p>explorer</p>", "one")._repr_html_()
    page.set_content(f"<body {attributes}><script>{WHEELS}</script>{frame}</body>")
    page.wait_for_function(THEME)
    return page


@pytest.mark.parametrize("outside", ["light", "dark"])
@pytest.mark.parametrize(
    ("attributes", "theme"),
    [
        ('data-jp-theme-light="true"', "light"),
        ('data-jp-theme-light="false"', "dark"),
        ('data-vscode-theme-kind="vscode-light"', "light"),
        ('data-vscode-theme-kind="vscode-dark"', "dark"),
        ('data-vscode-theme-kind="vscode-high-contrast"', "dark"),
        ('data-vscode-theme-kind="vscode-high-contrast-light"', "light"),
        ("", None),
    ],
)
def test_a_frame_has_the_colours_of_the_front_end(open_page, attributes, theme, outside):
    page = framed(open_page, attributes, color_scheme=outside)
    assert page.evaluate(THEME) == (theme or outside)


def test_a_frame_changes_with_the_front_end(open_page):
    page = framed(open_page, 'data-vscode-theme-kind="vscode-light"')
    page.evaluate("document.body.dataset.vscodeThemeKind = 'vscode-dark'")
    page.wait_for_function(f"{THEME} === 'dark'")


@pytest.mark.parametrize(("kind", "heard"), [("vscode-light", 1), ("", 0)])
def test_only_vs_code_is_told_of_the_wheel(open_page, kind, heard):
    page = framed(open_page, f'data-vscode-theme-kind="{kind}"')
    page.frame_locator("iframe").locator("p").hover()
    page.mouse.wheel(0, 40)
    page.wait_for_timeout(200)
    assert page.evaluate("window.wheels") == heard
