"""Turns the tables in abi/ into C++ sources. `python -m codegen --out build/gen` runs everything."""
