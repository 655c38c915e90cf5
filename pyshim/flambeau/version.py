__version__ = "2.13.0"
debug = False
cuda = None
git_version = "cf30153c4c131c8164ee7798e5022d810682e2cb"
hip = None
rocm = None
xpu = None
