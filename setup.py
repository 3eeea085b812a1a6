"""Put resources/, which lies beside the package in a checkout, into it in a wheel."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithResources(build_py):
    """In a checkout ``ui.resources`` finds the folder where it lies; an editable installation needs no copy."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "laixi_transport" / "resources"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree("resources", target)


setup(cmdclass={"build_py": BuildWithResources})
