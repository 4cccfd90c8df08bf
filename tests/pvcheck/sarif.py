#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""sarif.py FILE RESULTS: is this a SARIF log with so many results?

Checks the objects that pvcheck writes against what the SARIF 2.1.0 specification (OASIS,
sections 3.13 to 3.54) says of each: its required properties, no unknown ones, their types.
"""
import json
import re
import sys

LEVELS = ("none", "note", "warning", "error")


def text(value):
    return isinstance(value, str) and bool(value)


def uri(value):
    """A URI reference without characters that RFC 3986 does not allow."""
    return bool(re.fullmatch(r"([A-Za-z0-9\-._~/:?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+", value))


def level(value):
    return value in LEVELS


def positive(value):
    return isinstance(value, int) and value > 0


def index(value):
    return isinstance(value, int) and value >= -1


# Object: (required properties, others), each with its type: a function, another object's
# name, or a list of one.
OBJECTS = {
    "log": ({"version": lambda v: v == "2.1.0", "runs": ["run"]}, {"$schema": uri}),
    "run": ({"tool": "tool"}, {"results": ["result"]}),
    "tool": ({"driver": "component"}, {}),
    "component": ({"name": text}, {"rules": ["rule"]}),
    "rule": ({"id": text}, {"shortDescription": "message", "defaultConfiguration": "config",
                            "help": "message"}),
    "config": ({}, {"level": level}),
    "message": ({"text": text}, {}),
    "result": ({"message": "message"}, {"ruleId": text, "ruleIndex": index, "level": level,
                                        "locations": ["location"]}),
    "location": ({}, {"physicalLocation": "physical", "logicalLocations": ["logical"]}),
    "physical": ({"artifactLocation": "artifact"}, {"region": "region"}),
    "artifact": ({"uri": uri}, {}),
    "region": ({"startLine": positive}, {}),
    "logical": ({"fullyQualifiedName": text}, {}),
}


def check(value, kind, where):
    if isinstance(kind, list):
        assert isinstance(value, list), f"{where} is no array"
        for number, item in enumerate(value):
            check(item, kind[0], f"{where}[{number}]")
        return
    if callable(kind):
        assert kind(value), f"{where}: {value!r}"
        return
    required, others = OBJECTS[kind]
    assert isinstance(value, dict), f"{where} is no object"
    for name in required:
        assert name in value, f"{where} has no {name}"
    for name, item in value.items():
        assert name in required or name in others, f"{where}: unknown property {name}"
        check(item, required.get(name, others.get(name)), f"{where}.{name}")


def main():
    log = json.load(open(sys.argv[1], encoding="ascii"))
    check(log, "log", "log")
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    names = [rule["id"] for rule in rules]
    assert len(set(names)) == len(names), "a rule twice"
    assert len(run["results"]) == int(sys.argv[2]), f"{len(run['results'])} results"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"], "a wrong ruleIndex"


if __name__ == "__main__":
    main()
