"""python -m dev.simulator [PORT]"""

import sys

from .server import Simulator
from .world import SHOPS


def main():
    simulator = Simulator(int(sys.argv[1]) if len(sys.argv) > 1 else 8632)
    print(f"LiqPay and WayForPay, simulated: {simulator.url}", flush=True)
    for provider, shops in SHOPS.items():
        for shop, key in shops.items():
            print(f"  {provider}: {shop} with the key {key}", flush=True)
    try:
        simulator.http.serve_forever()
    except KeyboardInterrupt:
        simulator.http.server_close()


if __name__ == "__main__":
    main()
