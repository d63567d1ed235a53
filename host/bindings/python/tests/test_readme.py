"""The example of README.md runs as it is written."""

from __future__ import annotations

import re
from pathlib import Path


def test_the_example_of_the_readme_holds() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    example = re.search(r"<!-- example -->\n```python\n(.*?)```", readme, re.DOTALL)
    assert example is not None, "README.md has no example"
    exec(compile(example[1], "README.md", "exec"), {"__name__": "__main__"})
