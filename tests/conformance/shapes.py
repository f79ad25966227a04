"""Compares replies with botocore's models: a member that the model does not have, one that it
requires and that is missing, or a word that is not in an enumeration is a mistake of the sandbox.
"""

import json
import xml.etree.ElementTree as ElementTree

from support import check, local, same

NOT_MODELLED = {"ResponseMetadata"}
# The older API's model ends before Graviton; AWS answers with such types all the same.
NEWER_WORDS = "ElasticsearchClusterConfig."


def watch(client):
    """Every reply to this client is compared from now on."""
    protocol = client.meta.service_model.metadata["protocol"]
    compare = {"rest-json": compare_json, "query": compare_query, "rest-xml": compare_s3}[protocol]
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"after-call.{service}", compare)
    return client


def compare_json(http_response, model, **_):
    if http_response.status_code == 200 and model.output_shape is not None:
        walk_json(json.loads(http_response.content), model.output_shape, model.name)


def walk_json(value, shape, path):
    kind = shape.type_name
    if kind == "structure":
        for name in value:
            check(name in shape.members, f"{path}.{name} is not in the model")
            walk_json(value[name], shape.members[name], f"{path}.{name}")
        for name in shape.required_members:
            check(name in value, f"{path}.{name} is required")
    elif kind == "list":
        for item in value:
            walk_json(item, shape.member, path)
    elif kind == "map":
        for item in value.values():
            walk_json(item, shape.value, path)
    else:
        types = {
            "string": str,
            "boolean": bool,
            "integer": int,
            "long": int,
            "timestamp": (int, float),
        }
        check(isinstance(value, types[kind]), f"{path}: {value!r} is no {kind}")
        check_word(value, shape, path)


def check_word(value, shape, path):
    enum = getattr(shape, "enum", None)
    known = not enum or value in enum or NEWER_WORDS in path
    check(known, f"{path}: {value!r} is not in {enum}")


def compare_query(http_response, model, **_):
    if http_response.status_code != 200:
        return
    root = ElementTree.fromstring(http_response.content)
    same(local(root), f"{model.name}Response", "root element")
    results = [child for child in root if local(child) not in NOT_MODELLED]
    if model.output_shape is None:
        same(results, [], f"{model.name}: there is no result")
        return
    same([local(child) for child in results], [f"{model.name}Result"], "result element")
    walk_xml(results[0], model.output_shape, model.name)


def compare_s3(http_response, model, **_):
    if http_response.status_code != 200 or not http_response.content:
        return
    root = ElementTree.fromstring(http_response.content)
    if model.name == "GetBucketLocation":
        same(local(root), "LocationConstraint", "root element")
        return
    walk_xml(root, model.output_shape, model.name)


def walk_xml(element, shape, path):
    kind = shape.type_name
    if kind == "structure":
        names = {m.serialization.get("name", n): m for n, m in shape.members.items()}
        found = [local(child) for child in element]
        for child in element:
            name = local(child)
            check(name in names, f"{path}.{name} is not in the model")
            member = names[name]
            is_flat = member.type_name == "list" and member.serialization.get("flattened")
            walk_xml(child, member.member if is_flat else member, f"{path}.{name}")
        for name in shape.required_members:
            check(name in found, f"{path}.{name} is required")
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        for child in element:
            same(local(child), wanted, f"the elements of {path}")
            walk_xml(child, shape.member, path)
    elif kind == "boolean":
        check(element.text in ("true", "false"), f"{path}: {element.text!r}")
    elif kind in ("integer", "long"):
        int(element.text)
    elif kind == "string":
        check_word(element.text, shape, path)
