"""`python -m benchmarks [--quick] [NAME…]`: print the figures."""

import argparse
import asyncio

from benchmarks import cluster, google_chat, hooks, people, pictures, record, rollouts, soak, summaries

ALL = {
    "hooks": hooks.run,
    "record": record.run,
    "people": people.run,
    "cluster": cluster.run,
    "rollouts": rollouts.run,
    "soak": soak.run,
    "summaries": summaries.run,
    "pictures": pictures.run,
    "google_chat": google_chat.run,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Print figures beside a baseline of the same run.")
    parser.add_argument("names", nargs="*", choices=[*ALL, []], help="which; all, if none is named")
    parser.add_argument("--quick", action="store_true", help="a short run, for a look")
    given = parser.parse_args()
    for name in given.names or ALL:
        asyncio.run(ALL[name](quick=given.quick))


if __name__ == "__main__":
    main()
