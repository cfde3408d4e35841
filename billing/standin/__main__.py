"""Starts the stand-in: `python -m billing.standin --port 8001 --state data/standin.json …`."""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from billing.standin.delivery import check_webhook_url
from billing.standin.errors import Refusal
from billing.standin.ledger import Ledger, UnreadableState
from billing.standin.server import Server


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m billing.standin", description="A stand-in for the Stripe API, for tests."
    )
    parser.add_argument("--port", type=int, default=8001, help="0 takes any free port")
    parser.add_argument("--state", type=Path, help="the file in which everything is kept")
    parser.add_argument("--webhook-url", default="", help="where events go; none: they wait")
    parser.add_argument(
        "--webhook-secret",
        default=os.environ.get("STANDIN_WEBHOOK_SECRET", ""),
        help="signs the events; better given as STANDIN_WEBHOOK_SECRET, which ps does not show",
    )
    parser.add_argument("--verbose", action="store_true", help="a line per call on stderr")
    return parser.parse_args()


def stop(*_signal: object) -> NoReturn:
    sys.exit(0)


def main() -> None:
    options = arguments()
    if not options.webhook_secret:
        sys.exit("standin: a webhook secret is needed (STANDIN_WEBHOOK_SECRET)")
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        ledger = Ledger(options.state, webhook_url=check_webhook_url(options.webhook_url))
        server = Server(options.port, ledger, options.webhook_secret, verbose=options.verbose)
    except (UnreadableState, Refusal, OSError) as problem:
        sys.exit(f"standin: {problem}")
    print(f"The Stripe stand-in listens on {ledger.base_url}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
