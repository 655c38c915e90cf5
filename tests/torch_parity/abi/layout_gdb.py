"""Run inside gdb on an object with full debug information: layouts of classes and values of enums as JSON lines.

gdb -batch -ex "source layout_gdb.py" OBJECT, with LAYOUT_NAMES, LAYOUT_OUT and LAYOUT_FOREIGN in the environment. What
a header under LAYOUT_FOREIGN defines is left out.
"""

import json
import os

import gdb

FOREIGN = os.environ.get("LAYOUT_FOREIGN")


def is_foreign(name):
    if not FOREIGN:
        return False
    symbol = gdb.lookup_static_symbol(name, gdb.SYMBOL_STRUCT_DOMAIN)
    return symbol is not None and symbol.symtab is not None and symbol.symtab.fullname().startswith(FOREIGN)


def class_facts(name, cls):
    record = {"name": name, "size": cls.sizeof, "align": getattr(cls, "alignof", 0), "bases": [], "fields": []}
    for field in cls.fields():
        if not hasattr(field, "bitpos"):  # a static member
            continue
        if field.is_base_class:
            record["bases"].append([str(field.type), field.bitpos // 8])
        elif field.name and field.name.startswith("_vptr"):
            record["bases"].append(["vptr", field.bitpos // 8])
        elif field.bitsize:
            record["fields"].append([field.name or "", field.bitpos / 8, f"{field.bitsize}b", str(field.type)])
        else:
            record["fields"].append([field.name or "", field.bitpos // 8, field.type.sizeof, str(field.type)])
    return record


def facts(name):
    """The record of a class or an enum; None where the object does not define it."""
    try:
        found = gdb.lookup_type(name).strip_typedefs()
    except gdb.error:
        return None
    if is_foreign(name):
        return None
    if found.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return class_facts(name, found)
    if found.code == gdb.TYPE_CODE_ENUM:
        values = {field.name.rsplit("::", 1)[-1]: field.enumval for field in found.fields()}
        return {"name": name, "size": found.sizeof, "values": values}
    return None


gdb.execute("set language c++")  # types print without "class" and "struct"
with open(os.environ["LAYOUT_NAMES"]) as names:
    records = [facts(line.rstrip("\n")) for line in names]
with open(os.environ["LAYOUT_OUT"], "w") as out:
    out.writelines(json.dumps(record) + "\n" for record in records if record)
