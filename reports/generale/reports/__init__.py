"""The views of a bundle: an HTML page, a JUnit file, the end of a run on a terminal.

Pure: a bundle in, bytes or text out. Nothing is judged here and nothing is read but
the bundle; what is drawn can be drawn again.
"""

from generale.reports.catalogue import LANGUAGES, Language
from generale.reports.comparison import render_comparison, render_replay
from generale.reports.console import render_console
from generale.reports.junit import render_junit
from generale.reports.page import render_html

__all__ = [
    "LANGUAGES",
    "Language",
    "render_comparison",
    "render_console",
    "render_html",
    "render_junit",
    "render_replay",
]
