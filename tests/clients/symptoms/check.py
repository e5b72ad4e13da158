"""Plays the bad client of each failure with simple-salesforce and jsforce, and compares with docs/troubleshooting.md.

    python check.py MOCKORG TOOLS    (TOOLS: what tests/clients/install makes)

In the document's table `…` stands for what is left out; `not tried` is not tried here either.
"""

import re
import subprocess
import sys
from pathlib import Path

mockorg, tools = sys.argv[1], Path(sys.argv[2]).resolve()
root = Path(__file__).resolve().parents[3]
here = Path(__file__).resolve().parent
LIBRARIES = {
    "simple-salesforce": [tools / "simple-salesforce/bin/python", here / "says.py"],
    "jsforce": ["env", f"NODE_PATH={tools}/jsforce/node_modules", tools / "node22/node", here / "says.cjs"],
}


def documented():
    """What the table has: failure, library, text."""
    page = (root / "docs/troubleshooting.md").read_text()
    table = page.split("### What libraries say of them")[1].split("\n\n")[2]
    for row in table.splitlines()[2:]:
        # a bar inside a text would end its cell: none has one
        numbers, *texts = [cell.strip() for cell in row.strip("|").split("|")]
        for number in numbers.split(","):
            for library, text in zip(LIBRARIES, texts):
                if text != "not tried":
                    yield int(number), library, text.strip("`")


def scenario_of(number):
    for path in sorted((root / "scenarios/failures").glob("*.toml")):
        if re.match(rf"# Failure {number}\b", path.read_text()):
            return path
    raise SystemExit(f"FAILED  no scenario begins with failure {number}")


failed = 0
for number, library, text in documented():
    command = [mockorg, "run", "--timeout", "60s", scenario_of(number), "--", *LIBRARIES[library], str(number)]
    ran = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    said = ran.stdout.strip()
    pattern = ".*".join(re.escape(part) for part in text.split("…"))
    if re.fullmatch(pattern, said):
        print(f"ok      failure {number}, {library}: {said[:100]}")
    else:
        failed = 1
        print(f"FAILED  failure {number}, {library}: expected {text}, found {said}; {ran.stderr[-300:]}")
sys.exit(failed)
