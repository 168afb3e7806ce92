"""python -m dev.simulator [PORT] [--with-parent]

`--with-parent` ends it together with the process that started it.
"""

import os
import sys
import threading
import time

from .server import Simulator
from .world import SHOPS


def end_with(parent):
    """Ends this process when its parent is another one: the former is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def main(arguments):
    ports = [int(text) for text in arguments if text.isdigit()]
    simulator = Simulator(ports[0] if ports else 8632)
    if "--with-parent" in arguments:
        threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    print(f"LiqPay and WayForPay, simulated: {simulator.url}", flush=True)
    for provider, shops in SHOPS.items():
        for shop, key in shops.items():
            print(f"  {provider}: {shop} with the key {key}", flush=True)
    try:
        simulator.http.serve_forever()
    except KeyboardInterrupt:
        simulator.http.server_close()


if __name__ == "__main__":
    main(sys.argv[1:])
