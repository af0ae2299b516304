"""Checks the webhooks that the emulator sent in its tests against Clerk's description of its webhooks.

    CLERK_EMULATOR_WEBHOOKS=$PWD/target/webhooks.jsonl cargo test --features emulator --test webhooks
    python3 tests/webhooks/contract.py "$(tests/fetch-openapi)/webhooks-2025-04-15.yml" target/webhooks.jsonl

Every required property must be present, every value must have the declared type, and there must be no
undeclared fields.

With --samples instead of the webhooks, it prints events as JSON lines: for each type of event an example
of the document, and a sample that has every declared property.
"""

import json
import random
import sys
from pathlib import Path

try:
    import jsonschema
    import yaml
except ImportError as error:
    print(f"{error}, which tests/webhooks/contract.py needs", file=sys.stderr)
    sys.exit(69)

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parent.parent / "backend_api"))
from contract_server import Contract  # noqa: E402

# The sessions of `session.pending` have this status in the document's example, but its schema does not
# declare it.
UNDECLARED = {("session.pending", "data.status")}


class Webhooks(Contract):
    def __init__(self, path, seed=1):
        self.document = yaml.load(open(path), Loader=yaml.CSafeLoader)
        self.seed = seed
        self.events = {}
        for name, item in self.document["x-webhooks"].items():
            self.events[name] = item["post"]["requestBody"]["content"]["application/json"]

    def example(self, name):
        event = self.events[name]
        if "example" in event:
            return event["example"]
        return self.resolve(next(iter(event["examples"].values())))["value"]

    def sample(self, name):
        drawn = self.draw(self.events[name]["schema"], random.Random(f"{self.seed}/{name}"), "")
        return {**drawn, "object": "event", "type": name, "timestamp": 1_700_000_000_123}


def samples(webhooks):
    for name in webhooks.events:
        print(json.dumps({"example": webhooks.example(name), "sample": webhooks.sample(name)}, default=str))


def check(webhooks, sent):
    problems, checked, validators = set(), {}, {}
    for line in open(sent):
        event = json.loads(line)
        name = event["type"]
        if name not in webhooks.events:
            problems.add(f"{name}: not declared")
            continue
        checked[name] = checked.get(name, 0) + 1
        node = webhooks.events[name]["schema"]
        if name not in validators:
            validators[name] = jsonschema.Draft202012Validator(webhooks.schema(node))
        for error in validators[name].iter_errors(event):
            path = ".".join(map(str, error.path))
            if (name, path) not in UNDECLARED:
                problems.add(f"{name} {path}: {error.message[:300]}")
        for field in webhooks.unknown_fields(event, node):
            problems.add(f"{name}: the document has no {field}")
    for problem in sorted(problems):
        print(problem)
    print(f"{sum(checked.values())} webhooks of {len(checked)} types checked, {len(problems)} violations")
    return 1 if problems or not checked else 0


if __name__ == "__main__":
    document, argument = sys.argv[1:]
    if argument == "--samples":
        samples(Webhooks(document))
    else:
        sys.exit(check(Webhooks(document), argument))
