"""
Gives generated requests ids that exist, so that they get past the first 404: three valid ids in four are replaced by
one of the ground's. Values that were made to be wrong stay wrong.
"""

import json
import os
import re
import zlib

import schemathesis

with open(os.environ["FUZZ_GROUND"], encoding="utf-8") as file:
    GROUND = json.load(file)

# These change or remove what they name: they get spare companies and connections, so that the others stay to be read.
DELETES = {"deleteCompany", "deleteConnection"}
CHANGES = {
    "updateCompany",
    "disconnectConnection",
    "reconnectConnection",
    "pauseConnection",
    "putConnectionSyncConfig",
}
PLATFORM = "ROOTFI_SANDBOX"
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def number(*parts):
    """The same for the same request, so that a seed gives the same run."""
    return zlib.crc32(repr(parts).encode())


def pick(values, seed):
    return values[seed % len(values)]


def companies_and_connections(operation, seed):
    if operation in DELETES:
        return pick(GROUND["doomed"], seed)
    if operation in CHANGES:
        return pick(GROUND["spare"], seed)
    return GROUND["main"]


def is_id(value):
    text = str(value)
    return not isinstance(value, bool) and text.isascii() and text.isdigit() and int(text) > 0


def replace_path(operation, parameters, seed):
    chosen = companies_and_connections(operation, seed)
    for name, real in (
        ("company_id", chosen["company"]),
        ("connection_id", chosen["connection"]),
        ("job_id", pick(GROUND["jobs"], seed)),
    ):
        if is_id(parameters.get(name, "")):
            parameters[name] = real
    if UUID.fullmatch(str(parameters.get("invite_link_id", ""))):
        parameters["invite_link_id"] = pick(GROUND["links"], seed)
    sync = parameters.get("sync_id")
    if isinstance(sync, str) and sync.isascii() and sync.isalnum() and len(sync) <= 64:
        parameters["sync_id"] = pick(GROUND["syncs"], seed)


def replace_query(query, seed):
    for name in ("rootfi_company_id", "rootfi_company_id[eq]"):
        if is_id(query.get(name, "")):
            query[name] = GROUND["main"]["company"]
    # A cursor of this list in one case of eight, none in most of the others: a made up one hides all else.
    for name in ("next", "prev"):
        if isinstance(query.get(name), str) and seed % 8:
            query.pop(name)


def replace_body(operation, body, seed):
    if is_id(body.get("company_id", "")):
        body["company_id"] = companies_and_connections(operation, seed)["company"]
    platform = body.get("integration_type")
    if isinstance(platform, str) and 0 < len(platform) <= 100:
        body["integration_type"] = PLATFORM
    if isinstance(body.get("credentials"), dict) and seed % 3:
        body["credentials"] = {"tenant_id": GROUND["tenant"]}
    if operation == "createConnection" and seed % 5:
        name_one(body, seed)
    if isinstance(body.get("sync_config"), list) and seed % 5:
        body["sync_config"] = usable(body["sync_config"])


def name_one(body, seed):
    """A company by its id or by a name, which no schema says: mostly a name, as the ids are soon connected."""
    if "company_id" in body and "company_name" in body:
        body.pop("company_id")
    if "company_id" not in body and "company_name" not in body:
        body["company_name"] = f"Made {seed}"


def usable(entries):
    """Entries that fit their schema, and also name what the platform has, once, on a schedule that can be."""
    kept = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("data_model"), str):
            return entries
        model = pick(GROUND["models"], number(entry["data_model"]))
        rest = {key: entry[key] for key in entry if key not in ("cron", "timezone", "sync_from")}
        kept[model] = {**rest, "data_model": model}
    return list(kept.values())


# Texts that fit a schema's "string" and break what stands behind it. Generators come upon them too seldom.
NASTY = [
    "\x00",
    "a\x00b",
    "\u0007",
    "__proto__",
    "constructor",
    "'; DROP TABLE records; --",
    "%00",
    "../../etc/passwd",
    "0000-01-01",
    "9999-12-31T23:59:59-14:00",
    "x" * 8_000,
    "\U0001f9fe" * 200,
]


def texts(value, found):
    """The containers and keys of all texts in a body."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in items:
        if isinstance(child, str):
            found.append((value, key))
        elif isinstance(child, (dict, list)):
            texts(child, found)
    return found


def spoil(case, seed):
    """One text of a request becomes a nasty one."""
    found = []
    for container in (case.query, case.body, case.path_parameters):
        if isinstance(container, (dict, list)):
            texts(container, found)
    if not found:
        return
    container, key = pick(found, seed)
    container[key] = pick(NASTY, number(seed, key))


@schemathesis.hook
def before_call(ctx, case, kwargs):
    operation = case.operation.definition.raw.get("operationId", "")
    seed = number(operation, case.path_parameters, case.query, case.body)
    if seed % 4 == 0:
        return
    seed //= 4
    # In a chain of calls the ids come from the answers before.
    if case.meta is None or case.meta.phase.name != "stateful":
        if isinstance(case.path_parameters, dict):
            replace_path(operation, case.path_parameters, seed)
    if isinstance(case.query, dict):
        replace_query(case.query, seed)
    if isinstance(case.body, dict):
        replace_body(operation, case.body, seed)
    if (seed // 7) % 6 == 0:
        spoil(case, seed)
