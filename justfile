# Everything CI does
check:
    script/test

# The same without what is slow or needs chromium, PostgreSQL or Java
quick:
    script/test --quick

# Let ruff repair and format what it can
format:
    .venv/bin/ruff check --fix --quiet . || true
    .venv/bin/ruff format .

# The simulated company in your browser
demo *arguments:
    script/demo {{arguments}}

# Read the docs in your browser while you write them
docs:
    .venv/bin/mkdocs serve --strict

# Bulk load, refresh and page data, as a table with ratios
bench *arguments:
    .venv/bin/python benchmarks/run.py {{arguments}}

# Collect the changelog fragments into CHANGELOG.md
changelog version:
    .venv/bin/towncrier build --yes --version {{version}}
