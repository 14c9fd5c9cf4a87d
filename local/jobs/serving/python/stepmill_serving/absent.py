"""Parts of the images' libraries that Stepmill does not have: scripts may import them, and their use fails by name."""

import sys
import types


class AbsentModule(types.ModuleType):
    """A module of an image's library, of which nothing is here."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise ImportError(
            f"{self.__name__}.{name} is part of SageMaker's image, but not of Stepmill's local jobs "
            "and endpoints. Leave it out of the script, or run the job on AWS."
        )


def declare(package, *names):
    """Make modules of a package importable."""
    for name in names:
        module = AbsentModule(f"{package}.{name}", "Not in Stepmill.")
        sys.modules[module.__name__] = module
        setattr(sys.modules[package], name, module)
