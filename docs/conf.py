"""How Sphinx builds the site: `sphinx-build docs docs/_build`."""

project = "tensorgraph"
copyright = "the authors of tensorgraph"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"page_width": "1080px", "description": project}
myst_heading_anchors = 2
suppress_warnings = ["misc.highlighting_failure"]
