"""docs/what-clients-see.md: made of what clients saw (seen.json) and of the manifest; and compared with a later run."""

import json
import re

import run

DOCUMENT = run.ROOT / "docs/what-clients-see.md"
SEEN = run.HERE / "seen.json"
VERSIONS = ("1.2", "1.3")

HEAD = """# What each client sees

A developer meets a refusal as a message of a library, and a library's message seldom says what is wrong. This table goes
from the message back to the flaw: every flaw of the [catalogue](catalogue.md), in TLS 1.2 and 1.3, as published clients
report it, beside our own explanation. `scripts/catalogue-table` makes it by running them all; nothing here is written by
hand, and `tests/clients/run` compares the quick clients with it.

| client | version that was run |
|---|---|
{versions}

What it comes down to: a client knows the alert at most, one alert stands for many faults, and no client says *which*
certificate, *which* rule or what to do. The last column of [every flaw](#every-flaw) is what the journal, the console and
`mockorg explain` say instead.

## How it was measured

Each identity was sent by each client three times, to one org (`mockorg serve --catalogue`): GET with the session of a user
who is held to mutual authentication, at the mutual door. Where the three differ, all messages stand, with *or* between them.
Clients run with their defaults, but for the one version of TLS, the org's CA, a time limit, and HTTP/1.1 in Java and reqwest. Java is
handed the chain in the order of the file. The message is the whole of it: for `requests` with the exception's class, for Java
`toString()`, for Node name, message and `code`, for reqwest the error and all its causes, for `s_client` its first line of
error. Only what changes from run to run is replaced: ports by `PORT`, lines of source by `LINE` (folders of files are
cut, and OpenSSL's thread id), addresses in memory by `0x…`, line breaks by spaces.

*not sent* means that the client itself refused to load or use the identity: no certificate reached the org. Some clients
load it before they connect; others, curl and `requests` among them, find out with the connection open, and then the org's
journal has a client that left during the handshake. A status is the org's answer: the client's handshake went well.
"""


def write(flaws, clients):
    SEEN.write_text(json.dumps(clients, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    DOCUMENT.write_text(rendered(flaws, clients))
    print(DOCUMENT.relative_to(run.ROOT))


def rendered(flaws, clients):
    clients = {name: clients[name] for name in run.CLIENTS}
    groups = {}
    for flaw in flaws:
        groups.setdefault(tuple(expected(flaw, tls)[0] for tls in VERSIONS), []).append(flaw)
    said = {(name, tls, flaw): message for name, client in clients.items() for tls, messages in client["seen"].items()
            for message, ids in messages.items() for flaw in ids}
    parts = [HEAD.format(versions="\n".join(f"| {name} | {client['version']} |" for name, client in clients.items()))]
    parts.append("## By what the edge answers\n")
    order = sorted(groups.items(), key=lambda group: -len(group[1]))
    for meets, group in order:
        parts += section(meets, [flaw["id"] for flaw in group], clients, said)
    parts.append("## Every flaw\n\n*Otherwise* are the clients that end differently from what the edge or the org answers.\n")
    parts.append("| flaw | meets | otherwise | ours |\n|---|---|---|---|")
    parts += [row(flaw, clients, said) for flaw in flaws]
    return "\n".join(parts) + "\n"


def expected(flaw, tls):
    """What a call of the enforced user on the mutual door meets, and why."""
    row = next(r for r in flaw["expected"] if (r["door"], r["user"], r["tls"]) == ("mutual", "enforced", tls))
    why = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "DATE", row["why"])
    if row["outcome"] == "alert":
        return f"{row['alert']['name']} ({row['alert']['number']})", f"[{row['rule']}](refusals.md#{row['rule']}): {why}"
    return " ".join(str(part) for part in (row["status"], row.get("error_code")) if part), why


def heading(meets):
    return meets[0] if meets[0] == meets[1] else f"{meets[0]} in TLS 1.2, {meets[1]} in TLS 1.3"


def section(meets, ids, clients, said):
    lines = [f"### {heading(meets)}\n", f"{len(ids)} {'flaw' if len(ids) == 1 else 'flaws'}: " + ", ".join(f"`{flaw}`" for flaw in ids) + ".\n"]
    lines.append("| client | TLS | what it says | of |\n|---|---|---|---|")
    for name in clients:
        rows = {}
        for tls in VERSIONS:
            messages = {}
            for flaw in ids:
                messages.setdefault(said[name, tls, flaw], []).append(flaw)
            for message, of in messages.items():
                rows.setdefault((message, tuple(of)), []).append(tls)
        for (message, of), versions in sorted(rows.items(), key=lambda entry: (-len(entry[0][1]), entry[1], entry[0][0])):
            which = "all" if len(of) == len(ids) else "the others" if len(of) > 8 else ", ".join(f"`{flaw}`" for flaw in of)
            lines.append(f"| {name} | {', '.join(versions)} | {shown(message)} | {which} |")
    return [*lines, ""]


def shown(message):
    words = {"answered": "", "failed": "", "unloaded": "*not sent:* "}
    parts = [part.partition(": ") for part in message.split(" | or | ")]
    return " *or* ".join(words[outcome] + "`" + text.replace("|", "\\|").replace("`", "'") + "`" for outcome, _, text in parts)


def row(flaw, clients, said):
    meets = tuple(expected(flaw, tls)[0] for tls in VERSIONS)
    other = {}
    for name in clients:
        for tls in VERSIONS:
            difference = differs(meets[VERSIONS.index(tls)], said[name, tls, flaw["id"]])
            if difference:
                other.setdefault((name, difference), []).append(tls)
    otherwise = "; ".join(f"{name} {what}" + ("" if len(tls) == 2 else f" in TLS {tls[0]}") for (name, what), tls in other.items())
    ours = dict.fromkeys(expected(flaw, tls)[1] for tls in VERSIONS)
    return f"| `{flaw['id']}` | {heading(meets)} | {otherwise} | {'; '.join(ours).replace('|', chr(92) + '|')} |"


def differs(meets, message):
    outcome, _, text = message.partition(": ")
    if " | or | " in message:
        return "varies"
    if outcome == "unloaded":
        return "sends nothing"
    if outcome == "answered":
        return None if text == meets else f"has {text}"
    return "fails" if meets[0].isdigit() else None


def compare(flaws, found):
    """Prints a line for each client; 1 if one of them, or our own answers, moved away from what is written."""
    written = json.loads(SEEN.read_text())
    moved = [] if DOCUMENT.read_text() == rendered(flaws, written) else ["our own answers"]
    print("FAILED  docs/what-clients-see.md says otherwise of the org" if moved else "ok      docs/what-clients-see.md is of this catalogue")
    meant = {(tls, flaw["id"]): kind("answered: " + expected(flaw, tls)[0]) for flaw in flaws for tls in VERSIONS}
    for name, client in found.items():
        before = written[name]
        same = client["version"] == before["version"]
        then, now = flat(before), flat(client)
        wrong = [key for key in sorted(now) if not met(then.get(key, ""), now[key], meant[key], same)]
        versions = "" if same else f"; {client['version']}, where the table has {before['version']}: {otherwise(then, now)}"
        print(f"{'FAILED ' if wrong else 'ok     '} {name}: {len(now) - len(wrong)} of {len(now)} as written{versions}")
        for key in wrong[:10]:
            print(f"        {' '.join(key)}: {then.get(key, 'nothing')}, now {now[key]}")
        moved += [name] * bool(wrong)
    if moved:
        print("        scripts/catalogue-table writes it anew")
    return 1 if moved else 0


def flat(client):
    return {(tls, flaw): message for tls, messages in client["seen"].items() for message, ids in messages.items() for flaw in ids}


def kind(message):
    """How a call ended, whatever the words: let in, refused by the org, refused by the edge, or never sent."""
    outcome, _, text = message.partition(": ")
    if outcome == "answered":
        return "let in" if text == "200" else "org" if text[:3].isdigit() else "edge"
    return {"failed": "edge", "unloaded": "not sent"}.get(outcome)


def kinds(message):
    return {kind(part) for part in message.split(" | or | ")}


def met(before, now, meant, same):
    """A client of another version may load what this one did not, and the reverse, unless this one was let in with it; what
    it does send must end as with this one, or as the catalogue means it to."""
    if same:
        return now in before.split(" | or | ")
    ended = kind(now)
    return ended in kinds(before) | {meant} or (ended == "not sent" and "let in" not in kinds(before))


def otherwise(then, now):
    """What another version does differently, for the reader of a log."""
    ends = [" ".join(key) for key in sorted(now) if kind(now[key]) not in kinds(then.get(key, ""))]
    words = sum(now[key] not in then.get(key, "").split(" | or | ") for key in now)
    return f"{words} of other words, {len(ends)} end otherwise" + (f" ({', '.join(ends[:6])}{', …' if len(ends) > 6 else ''})" if ends else "")
