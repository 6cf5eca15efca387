"""The seams: what the engine and the front ends need of the world, as Protocols.

Concrete classes live in ``sources``, ``store`` and ``outputs`` and are chosen in ``bootstrap``.
Times are aware UTC; spans are seconds unless a type says otherwise.
"""
