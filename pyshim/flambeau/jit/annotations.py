"""Type names that scripted code imports from here."""

from typing import Any, Dict, List, Optional, Tuple, Union  # noqa: F401, UP035


class BroadcastingListCls:
    def __getitem__(self, types):
        return list[types]


BroadcastingList1 = BroadcastingListCls()
for _i in range(2, 7):
    globals()[f"BroadcastingList{_i}"] = BroadcastingList1


class Module:
    def __init__(self, name, members):
        self.name, self.members = name, members
