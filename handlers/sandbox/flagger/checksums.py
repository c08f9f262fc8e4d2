"""Short hashes as Flagger writes them.  Readers treat them as opaque; equal templates give equal ones."""

FNV_OFFSET = 2166136261
FNV_PRIME = 16777619
SAFE_DIGITS = str.maketrans("0123456789", "456789bcdf")


# Source: k8s.io/apimachinery pkg/util/rand SafeEncodeString over FNV-1a, 32 bits
def short_hash(text: str) -> str:
    value = FNV_OFFSET
    for byte in text.encode():
        value = (value ^ byte) * FNV_PRIME % 2**32
    return str(value).translate(SAFE_DIGITS)


def checksum(applied: str) -> str:
    """The `checksum` of a hook's body, of a Canary that tracks no configuration.

    Args:
        applied: `status.lastAppliedSpec`.

    Source: fluxcd/flagger pkg/controller/webhook.go canaryChecksum
    """
    kind = "(struct { TrackedConfigs *map[string]string; LastAppliedSpec string })"
    return short_hash(f"{kind}{{TrackedConfigs:(*map[string]string)map[] LastAppliedSpec:(string){applied}}}")
