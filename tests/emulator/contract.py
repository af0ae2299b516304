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
import re
import sys
from pathlib import Path

import jsonschema

sys.dont_write_bytecode = True
sys.path.append(str(Path(__file__).parent.parent / "backend_api"))
from contract_server import Contract  # noqa: E402

# Clerk's SDKs call it, but the document does not declare it: it would match `/clients/{client_id}`.
UNDOCUMENTED = {"/clients/handshake_payload"}

# clerk-js fails if these responses are in the envelope that the document declares.
PLAIN = {"GetUserPaymentAttempts", "GetUserPaymentAttempt"}


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
        body = as_declared(response["body"]) if api == "frontend" else response["body"]
        # The document declares this parameter, but only the array as the response.
        if "paginated=true" in query and contract.resolve(node).get("type") == "array":
            body = body["data"]
        if operation["id"] in PLAIN and status < 300:
            body = {"response": body, "client": None}
        for error in causes(validator.iter_errors(body)):
            path = ".".join("[]" if isinstance(part, int) else part for part in error.absolute_path)
            problems.add(f"{name} {status} {path}: {error.message[:300]}")
        for field in contract.unknown_fields(body, node) if status < 300 else ():
            problems.add(f"{name} {status}: the document has no {re.sub('[0-9]+', '', field)}")
    for problem in sorted(problems):
        print(problem)
    counts = ", ".join(f"{len(names)} of the {api} API" for api, names in succeeded.items())
    print(f"operations checked: {counts}; {len(problems)} violations")
    return 1 if problems or not all(succeeded.values()) else 0


def causes(errors):
    """The errors within the alternative that fits best, instead of those of the choice between alternatives."""
    for error in errors:
        alternatives = {}
        for inner in error.context or ():
            alternatives.setdefault(inner.schema_path[0], []).append(inner)
        # An error at the value itself, such as of its type, rules an alternative out.
        fitting = [own for own in alternatives.values() if all(inner.path or inner.validator != "type" for inner in own)]
        if fitting:
            yield from causes(min(fitting, key=len))
        else:
            yield error


def as_declared(node):
    """Replaces what clerk-js needs although the document does not declare it: sessions that are pending, with their tasks,
    everywhere and not only in lists of sessions, and verifications without a strategy until they are prepared."""
    if isinstance(node, list):
        return [as_declared(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {name: as_declared(value) for name, value in node.items()}
    if node.get("object") == "session" and node.get("status") == "pending":
        node["status"] = "active"
        del node["tasks"]
    if node.get("next_action") == "needs_prepare" and node["strategy"] is None:
        node["strategy"] = "phone_code" if "phone_code" in node["supported_strategies"] else "email_code"
    return node


def is_not_emulated(body):
    errors = body.get("errors") if isinstance(body, dict) else None
    return bool(errors) and errors[0].get("code") == "operation_not_emulated"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
