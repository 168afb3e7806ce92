"""LiqPay and WayForPay on this machine: what the two add-ons see of them, without the internet.

Only Python's standard library. `python -m dev.simulator` serves it (see `server`); the tests import
the functions and start its server for the requests that Odoo itself makes. Written from the
providers' published protocols, apart from the add-ons: what one side signs the other has to verify.
"""
