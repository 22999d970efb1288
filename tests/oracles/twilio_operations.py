"""What Twilio's own OpenAPI file says about the operations that Clerk uses: the oracle that requests are judged by.

    python tests/oracles/twilio_operations.py twilio_api_v2010.json > tests/oracles/twilio_operations.json

The file is `spec/json/twilio_api_v2010.json` of github.com/twilio/twilio-oai. Kept of each operation: method, path, who may call it, the
parameters with what they may hold, and the first documented answer, which the fake carrier of `tests/contract/wire` gives.
"""

import json
import sys

ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
OPERATIONS = [
    ("post", f"{ACCOUNT}/Messages.json"),
    ("get", f"{ACCOUNT}/Messages.json"),
    ("get", f"{ACCOUNT}/Messages/{{Sid}}.json"),
    ("get", f"{ACCOUNT}/Messages/{{MessageSid}}/Media.json"),
    ("get", f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}/Local.json"),
    ("get", f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}/Mobile.json"),
    ("get", f"{ACCOUNT}/AvailablePhoneNumbers/{{CountryCode}}/TollFree.json"),
    ("post", f"{ACCOUNT}/IncomingPhoneNumbers.json"),
    ("get", f"{ACCOUNT}/IncomingPhoneNumbers.json"),
    ("post", f"{ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json"),
    ("delete", f"{ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json"),
    ("get", "/2010-04-01/Accounts/{Sid}.json"),
]

# What is kept of a parameter's schema.
KEPT = ("type", "format", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")


def resolved(document, schema):
    while "$ref" in schema:
        place = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        schema = place
    return schema


def parameter(document, schema, required):
    schema = resolved(document, schema)
    kept = {key: schema[key] for key in KEPT if key in schema}
    if schema.get("type") == "array":
        kept["items"] = parameter(document, schema["items"], False)
    if required:
        kept["required"] = True
    return kept


def form(document, operation):
    content = operation.get("requestBody", {}).get("content", {})
    for content_type, body in content.items():
        schema = resolved(document, body["schema"])
        required = schema.get("required", [])
        fields = schema.get("properties", {}).items()
        return content_type, {name: parameter(document, field, name in required) for name, field in fields}
    return None, {}


def answer(operation):
    status, response = next((code, each) for code, each in operation["responses"].items() if code.startswith("2"))
    for content in response.get("content", {}).values():
        for example in content.get("examples", {}).values():
            return {"status": int(status), "body": example["value"]}
    return {"status": int(status), "body": None}


def described(document, method, path):
    operation = document["paths"][path][method]
    content_type, fields = form(document, operation)

    def placed(where):
        listed = [each for each in operation.get("parameters", []) if each["in"] == where]
        return {each["name"]: parameter(document, each["schema"], each.get("required", False)) for each in listed}

    return {
        "method": method.upper(),
        "path": path,
        "security": [name for each in operation["security"] for name in each],
        "path_parameters": placed("path"),
        "query": placed("query"),
        "content_type": content_type,
        "form": fields,
        "answer": answer(operation),
    }


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = json.load(file)
    operations = {}
    for method, path in OPERATIONS:
        operations[document["paths"][path][method]["operationId"]] = described(document, method, path)
    info = document["info"]
    oracle = {
        "source": f"{info['title']} {info['version']}",
        "server": document["servers"][0]["url"],
        "security": document["components"]["securitySchemes"],
        "operations": operations,
    }
    print(json.dumps(oracle, indent=1, ensure_ascii=False))


main()
