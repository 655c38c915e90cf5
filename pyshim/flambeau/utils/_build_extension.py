"""setuptools' build_ext with C++20 and the extension's name defined. use_ninja changes the time of compiling only."""

from setuptools.command.build_ext import build_ext


class BuildExtension(build_ext):
    @classmethod
    def with_options(cls, **options):
        class Configured(cls):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **{**kwargs, **options})

        return Configured

    def __init__(self, *args, use_ninja=True, no_python_abi_suffix=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.no_python_abi_suffix = no_python_abi_suffix

    def get_ext_filename(self, ext_name):
        """name.so where no_python_abi_suffix asks for it, else with the interpreter's tag."""
        name = super().get_ext_filename(ext_name)
        if not self.no_python_abi_suffix:
            return name
        stem, *_, suffix = name.split(".")
        return f"{stem}.{suffix}"

    def build_extension(self, ext):
        flags = ext.extra_compile_args
        name = ext.name.rpartition(".")[2]
        extra = [f"-DTORCH_EXTENSION_NAME={name}", "-DTORCH_API_INCLUDE_EXTENSION_H"]
        if isinstance(flags, dict):
            flags = flags.get("cxx", [])
        if not any(flag.startswith("-std=") for flag in flags):
            extra.append("-std=c++20")
        ext.extra_compile_args = [*flags, *extra]
        super().build_extension(ext)
