"""Checks the responses that the emulator sent in its tests against Clerk's description of its API.

    CLERK_EMULATOR_ANSWERS=$PWD/target/responses.jsonl cargo test --features emulator --test emulator
    documents=$(tests/fetch-openapi)
    python3 tests/emulator/contract.py "$documents"/{bapi,fapi}-2026-05-12.yml target/responses.jsonl

Each response is recorded with the API that it is of, because both have some of the paths: those of the Backend API without
`/v1`, and those of the Frontend API with it.

Every response must be one that the document declares: every required property is present, every
value has the declared type, and there are no undeclared fields.
"""

import json
import sys
from pathlib import Path

import jsonschema

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parent.parent / "backend_api"))
from contract_server import Contract  # noqa: E402

# Clerk's SDKs call it, but the document does not declare it: it would match `/clients/{client_id}`.
UNDOCUMENTED = {"/clients/handshake_payload"}


def main(backend_api, frontend_api, responses):
    contracts = {"backend": Contract(backend_api), "frontend": Contract(frontend_api)}
    problems, succeeded, schemas = set(), {api: set() for api in contracts}, {}
    for line in open(responses):
        response = json.loads(line)
        path, _, query = response["path"].partition("?")
        api = response["api"]
        contract = contracts[api]
        operation = contract.find(response["method"], path)[0]
        if operation is None or path in UNDOCUMENTED or is_not_emulated(response["body"]):
            continue
        name, status = f"{api} {operation['id']}", response["status"]
        declared = {str(code): declaration for code, declaration in operation["responses"].items()}
        if status < 300:
            succeeded[api].add(name)
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
        body = without_tasks(response["body"]) if api == "frontend" else response["body"]
        # The document declares this parameter, but only the array as the response.
        if "paginated=true" in query and contract.resolve(node).get("type") == "array":
            body = body["data"]
        for error in validator.iter_errors(body):
            problems.add(f"{name} {status} {'.'.join(map(str, error.path))}: {error.message[:300]}")
        for field in contract.unknown_fields(body, node) if status < 300 else ():
            problems.add(f"{name} {status}: the document has no {field}")
    for problem in sorted(problems):
        print(problem)
    counts = ", ".join(f"{len(names)} of the {api} API" for api, names in succeeded.items())
    print(f"operations checked: {counts}; {len(problems)} violations")
    return 1 if problems or not all(succeeded.values()) else 0


def without_tasks(node):
    """Makes pending sessions active. The document declares them and their tasks only in lists of sessions, but clerk-js needs
    them everywhere: its components show the tasks."""
    if isinstance(node, list):
        return [without_tasks(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: without_tasks(value) for name, value in node.items()}
    if node.get("object") == "session" and node.get("status") == "pending":
        node["status"] = "active"
        del node["tasks"]
    return node


def is_not_emulated(body):
    errors = body.get("errors") if isinstance(body, dict) else None
    return bool(errors) and errors[0].get("code") == "operation_not_emulated"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
