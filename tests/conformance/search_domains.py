"""The control plane of search domains, in its two APIs."""

from datetime import datetime

from shapes import watch
from support import check, refused, same

ARN = "arn:aws:es:us-east-1:123456789012:domain"


def clients(sandbox, region="us-east-1"):
    return watch(sandbox.client("opensearch", region)), watch(sandbox.client("es", region))


def check_names(sandbox):
    new, old = clients(sandbox)
    names = {d["DomainName"]: d["EngineType"] for d in new.list_domain_names()["DomainNames"]}
    expected = {"logs", "old", "inside", "being-made", "upgrading", "secret"}
    same(set(names), expected, "names")
    same(names["old"], "Elasticsearch", "engine")
    same(old.list_domain_names()["DomainNames"], new.list_domain_names()["DomainNames"], "both")
    found = new.list_domain_names(EngineType="Elasticsearch")["DomainNames"]
    same([d["DomainName"] for d in found], ["old"], "by engine")
    refused("ValidationException", new.list_domain_names, EngineType="Solr")
    irish = clients(sandbox, "eu-west-1")[0].list_domain_names()["DomainNames"]
    same([d["DomainName"] for d in irish], ["irish"], "another Region")


def check_descriptions(sandbox):
    new, old = clients(sandbox)
    logs = new.describe_domain(DomainName="logs")["DomainStatus"]
    same(logs["ARN"], f"{ARN}/logs", "ARN")
    same(logs["DomainId"], "123456789012/logs", "id")
    same(logs["EngineVersion"], "OpenSearch_2.11", "version")
    check(logs["Endpoint"].startswith("127.0.0.1:"), "endpoint")
    same(logs["EncryptionAtRestOptions"]["Enabled"], True, "encrypted")
    same(logs["AdvancedSecurityOptions"]["Enabled"], True, "fine-grained access control")
    same(logs["ClusterConfig"]["WarmEnabled"], True, "warm")
    same(logs["ClusterConfig"]["DedicatedMasterCount"], 3, "managers")
    same(logs["DomainProcessingStatus"], "Active", "processing")
    seen = {
        name: new.describe_domain(DomainName=name)["DomainStatus"]
        for name in ("inside", "being-made", "upgrading", "old")
    }
    check("Endpoint" not in seen["inside"] and "vpc" in seen["inside"]["Endpoints"], "VPC")
    same(seen["inside"]["DomainProcessingStatus"], "Modifying", "modifying")
    check("Endpoint" not in seen["being-made"], "no endpoint yet")
    same(seen["being-made"]["DomainProcessingStatus"], "Creating", "creating")
    same(seen["being-made"]["Processing"], True, "creating is processing")
    same(seen["upgrading"]["UpgradeProcessing"], True, "upgrading")
    same(seen["old"]["EngineVersion"], "Elasticsearch_7.10", "old version")
    same(seen["old"]["EncryptionAtRestOptions"]["Enabled"], False, "not encrypted")
    found = old.describe_elasticsearch_domain(DomainName="old")["DomainStatus"]
    same(found["ElasticsearchVersion"], "7.10", "version in the older API")
    same(found["ElasticsearchClusterConfig"]["InstanceCount"], 2, "nodes")
    found = old.describe_elasticsearch_domain(DomainName="inside")["DomainStatus"]
    same(found["ElasticsearchVersion"], "OpenSearch_1.3", "OpenSearch in the older API")


def check_many(sandbox):
    new, old = clients(sandbox)
    five = ["logs", "old", "inside", "upgrading", "nope"]
    found = new.describe_domains(DomainNames=five)["DomainStatusList"]
    same({d["DomainName"] for d in found}, set(five) - {"nope"}, "five, an unknown one left out")
    found = old.describe_elasticsearch_domains(DomainNames=five)["DomainStatusList"]
    same(len(found), 4, "in the older API")
    same(new.describe_domains(DomainNames=[])["DomainStatusList"], [], "none")
    bad = "ValidationException"
    text = refused(bad, new.describe_domains, DomainNames=[*five, "secret"])
    same(text, "Please provide a maximum of 5 domain names to describe.", "six")
    text = refused(bad, old.describe_elasticsearch_domains, DomainNames=[*five, "secret"])
    same(text, "Please provide a maximum of 5 Elasticsearch domain names to describe.", "six")
    refused(bad, new.describe_domains, DomainNames=["Upper"], text="at 'domainNames'")


def check_refusals(sandbox):
    new, old = clients(sandbox)
    missing = "ResourceNotFoundException"
    for call in (new.describe_domain, new.describe_domain_config, old.describe_elasticsearch_domain):
        refused(missing, call, status=409, DomainName="nope", text="Domain not found: nope")
    for name, text in (
        ("Logs", r"pattern: \[a-z\]\[a-z0-9\\-\]\+$"),
        ("a" * 29, "less than or equal to 28"),
        ("ab", "greater than or equal to 3"),
    ):
        refused("ValidationException", new.describe_domain, DomainName=name, text=text)
    text = refused("AccessDeniedException", new.describe_domain, status=403, DomainName="secret")
    check(f"es:DescribeDomain on resource: {ARN}/secret" in text, text)
    check(old.describe_elasticsearch_domain(DomainName="secret"), "the older API is not denied")
    # Simulated nowhere: refused, never an empty success.
    refused("UnknownOperationException", new.delete_domain, status=404, DomainName="logs")


def check_configuration(sandbox):
    new, old = clients(sandbox)
    config = new.describe_domain_config(DomainName="logs")["DomainConfig"]
    same(config["EngineVersion"]["Options"], "OpenSearch_2.11", "version")
    same(config["ClusterConfig"]["Status"]["State"], "Active", "state")
    check(isinstance(config["ClusterConfig"]["Status"]["CreationDate"], datetime), "date")
    config = old.describe_elasticsearch_domain_config(DomainName="inside")["DomainConfig"]
    same(config["VPCOptions"]["Status"]["State"], "Processing", "state")


def check_health(sandbox):
    new, _ = clients(sandbox)
    health = new.describe_domain_health(DomainName="logs")
    same((health["DomainState"], health["ClusterHealth"]), ("Active", "Green"), "health")
    same((health["DataNodeCount"], health["WarmNodeCount"]), ("3", "2"), "nodes")
    zones = health["EnvironmentInformation"][0]["AvailabilityZoneInformation"]
    same(len(zones), int(health["AvailabilityZoneCount"]), "zones")
    health = new.describe_domain_health(DomainName="being-made")
    same(health["ClusterHealth"], "NotAvailable", "no cluster yet")
    missing = "ResourceNotFoundException"
    refused(missing, new.describe_domain_health, status=409, DomainName="nope")


def check_tags(sandbox):
    for client in clients(sandbox):
        tags = {t["Key"]: t["Value"] for t in client.list_tags(ARN=f"{ARN}/logs")["TagList"]}
        same(tags, {"Team": "search", "Stage": "test"}, "tags")
        same(client.list_tags(ARN=f"{ARN}/old")["TagList"], [], "no tags")
        refused("ResourceNotFoundException", client.list_tags, status=409, ARN=f"{ARN}/nope")


PARTS = [
    check_names,
    check_descriptions,
    check_many,
    check_refusals,
    check_configuration,
    check_health,
    check_tags,
]
