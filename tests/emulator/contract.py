"""Holds what the emulator answered in its tests against Clerk's document.

    CLERK_EMULATOR_ANSWERS=answers.jsonl cargo test --features emulator --test emulator
    python3 .ci/emulator-contract.py ../shared/openapi/contract_server.py ../shared/openapi/bapi-2026-05-12.yml answers.jsonl

Every answer must be one that the document declares: what it requires is there, nothing is of another type, and there is
no field that it does not have.
"""

import importlib.util
import json
import sys

import jsonschema

# Clerk has it, its SDKs call it, and its document is silent: it would count as a client's ID.
UNDOCUMENTED = {"/clients/handshake_payload"}


def load(path):
    spec = importlib.util.spec_from_file_location("contract_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(server, document, answers):
    contract = load(server).Contract(document)
    problems, succeeded, schemas = set(), set(), {}
    for line in open(answers):
        answer = json.loads(line)
        path, _, query = answer["path"].partition("?")
        operation, _ = contract.find(answer["method"], path)
        if operation is None or path in UNDOCUMENTED or answer["status"] == 501:
            continue
        name, status = operation["id"], answer["status"]
        declared = {str(code): response for code, response in operation["responses"].items()}
        if status < 300:
            succeeded.add(name)
            if str(status) not in declared:
                problems.add(f"{name}: {status} is not declared")
                continue
        elif str(status) not in declared:
            continue
        if (name, status) not in schemas:
            content = contract.resolve(declared[str(status)]).get("content", {})
            node = next((media.get("schema") for media in content.values()), None)
            schemas[name, status] = node and (node, jsonschema.Draft202012Validator(contract.schema(node)))
        if schemas[name, status] is None:
            continue
        node, validator = schemas[name, status]
        body = answer["body"]
        # The document declares the array alone, and this parameter.
        if "paginated=true" in query and contract.resolve(node).get("type") == "array":
            body = body["data"]
        for error in validator.iter_errors(body):
            problems.add(f"{name} {status} {'.'.join(map(str, error.path))}: {error.message[:300]}")
        for field in contract.unknown_fields(body, node) if status < 300 else ():
            problems.add(f"{name} {status}: the document has no {field}")
    for problem in sorted(problems):
        print(problem)
    print(f"{len(succeeded)} operations answered, {len(problems)} faults")
    return 1 if problems or not succeeded else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
