"""``python -m benchmarks NAME [--quick]`` runs one benchmark and prints a JSON line for each figure."""

import importlib
import pkgutil
import sys

import benchmarks


def main() -> int:
    """Run the benchmark that the first argument names."""
    modules = [module.name for module in pkgutil.iter_modules(benchmarks.__path__)]
    names = sorted(name for name in modules if name != "report" and not name.startswith("_"))
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        print(f"usage: python -m benchmarks NAME [--quick]; NAME is one of {', '.join(names)}", file=sys.stderr)
        return 2
    return int(importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:]) or 0)


if __name__ == "__main__":
    sys.exit(main())
