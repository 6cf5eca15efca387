"""Alert sources, one module a product, found by name (``registry``).

A source module exports ``Options`` (its config table), ``parse`` (an answer's records to a ``Poll``,
pure) and ``Source`` (``Source(name, options, clock)``, an ``AlertSource``; also an ``Actuator`` where
it can be acted on). Adding one: the module, a fixture in ``tests/sources/fixtures`` and its test.
"""
