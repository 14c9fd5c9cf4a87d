"""Whether the serving scripts of two containers can run in one process without either noticing.

A process has one environment, one working directory, one of every library and of every setting in it. Scripts that
read or change none of these cannot tell whether they share it. So the code must name everything that it uses of
libraries, and each name must be in the list below, which has nothing with a state that another script could see. What
is not recognized counts as a reason against it. Files, sockets, processes and threads are watched at run time instead
(`stepmill_serving/joined.py`), because a path can come from anywhere.
"""

import ast
import importlib
import os
import sys
import types

ALL = frozenset({"*"})


def words(text):
    """The words of a text, as a set."""
    return frozenset(text.split())


NUMPY = (
    "abs add all allclose any append arange argmax argmin argsort argwhere array array_equal asarray atleast_1d "
    "atleast_2d average bincount bool_ ceil clip column_stack concatenate corrcoef cos count_nonzero cov cumsum "
    "datetime64 diff digitize divide dot e empty equal exp expand_dims eye finfo flatnonzero float32 float64 floor full "
    "full_like geomspace greater histogram hstack iinfo inf int32 int64 integer interp isclose isfinite isin isinf isnan "
    "less linalg linspace loadtxt log log10 log1p log2 logaddexp logical_and logical_not logical_or logspace matmul max "
    "maximum mean median min minimum multiply nan nan_to_num nanmean nanmedian ndarray newaxis nonzero number ones "
    "ones_like outer percentile pi power prod quantile ravel repeat reshape rint round searchsorted sign sin sort sqrt "
    "squeeze stack std subtract sum take tanh tile timedelta64 transpose uint8 unique var vstack where zeros zeros_like"
)

#: What may be used of each module: its names, or all.
MODULES = {
    "__future__": ALL,
    "abc": ALL,
    "base64": ALL,
    "bisect": ALL,
    "collections": ALL,
    "collections.abc": ALL,
    "copy": ALL,
    "csv": words("DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL reader writer"),
    "dataclasses": ALL,
    "datetime": ALL,
    "enum": ALL,
    "functools": ALL,
    "hashlib": ALL,
    "heapq": ALL,
    "io": words("BytesIO StringIO"),
    "itertools": ALL,
    "json": words("JSONDecodeError dump dumps load loads"),
    "math": ALL,
    "numpy": words(NUMPY),
    "numpy.linalg": words(
        "LinAlgError cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_power matrix_rank multi_dot norm "
        "pinv qr slogdet solve svd"
    ),
    "operator": ALL,
    "pathlib": frozenset({"Path"}),
    "re": words(
        "ASCII DOTALL IGNORECASE MULTILINE Match Pattern VERBOSE compile error escape findall finditer "
        "fullmatch match search split sub"
    ),
    "sagemaker_containers.beta.framework": words("content_types encoders errors worker"),
    "sklearn.isotonic": frozenset({"IsotonicRegression"}),
    "statistics": ALL,
    "string": ALL,
    "sys": words("float_info maxsize stderr stdout"),
    "typing": ALL,
    "xgboost": words("Booster DMatrix"),
}

#: Built-in functions that reach what is not named in the code.
HIDDEN_ACCESS = words(
    "__builtins__ __import__ breakpoint compile delattr eval exec exit getattr globals id input open quit setattr vars"
)
#: Attributes by which an object leads to a stream's file, and functions of libraries that find attributes by a text.
HIDDEN_ATTRIBUTES = words(
    "Formatter attrgetter buffer fileno get_type_hints methodcaller reconfigure"
)
#: Of the attributes with this form, which lead to modules, classes and defaults of functions, those that do not.
PLAIN_ATTRIBUTES = words(
    "__call__ __contains__ __doc__ __enter__ __eq__ __exit__ __getitem__ __hash__ __init__ __iter__ __len__ __name__ "
    "__next__ __post_init__ __repr__ __str__ __version__"
)


def why_not(folder):
    """The first reason why the code of a folder needs a process of its own; None where it needs none."""
    names = sorted(name for name in os.listdir(folder) if name != "__pycache__")
    foreign = [name for name in names if not name.endswith(".py")]
    if foreign:
        return f"{foreign[0]} is not a Python script"
    own = {name[: -len(".py")] for name in names}
    hiding = own & (set(sys.modules) | sys.stdlib_module_names)
    if hiding:
        return f"{min(hiding)}.py has the name of a library's module"
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            tree = ast.parse(file.read(), name)
        reason = Script(own).reason_against(tree)
        if reason is not None:
            return f"{name}: {reason}"
    return None


class Script:
    """The names of one script that stand for modules, and what is done with them."""

    def __init__(self, own):
        self._own = own
        #: Names in the code, and the modules they stand for.
        self._modules = {}
        self._imported = set()

    def reason_against(self, tree):
        nodes = list(ast.walk(tree))
        at_the_top = {id(node) for node in tree.body}
        for node in nodes:
            reason = None
            if isinstance(node, ast.Import):
                reason = self._import(node, id(node) in at_the_top)
            elif isinstance(node, ast.ImportFrom):
                reason = self._import_from(node, id(node) in at_the_top)
            if reason is not None:
                return reason
        parents = {id(child): node for node in nodes for child in ast.iter_child_nodes(node)}
        for node in nodes:
            reason = self._use(node, parents)
            if reason is not None:
                return reason
        return None

    def _import(self, node, is_at_the_top):
        for alias in node.names:
            root = alias.name
            if root in self._own:
                if not is_at_the_top:
                    return f"imports {root} in the middle"
            elif root not in MODULES:
                return f"imports {root}"
            elif "." in root and alias.asname is None:
                return f"imports {root} by its package"
            else:
                self._modules[alias.asname or root] = root
        return None

    def _import_from(self, node, is_at_the_top):
        if node.level != 0 or node.module is None:
            return "imports by a relative name"
        if node.module in self._own:
            return None if is_at_the_top else f"imports {node.module} in the middle"
        if node.module not in MODULES:
            return f"imports {node.module}"
        for alias in node.names:
            inner, name = f"{node.module}.{alias.name}", alias.asname or alias.name
            if inner in MODULES:
                self._modules[name] = inner
                continue
            is_used = is_allowed(node.module, alias.name) and not is_hidden(alias.name)
            if alias.name == "*" or not is_used or node.module == "sys":
                return f"imports {alias.name} of {node.module}"
            self._imported.add(name)
        return None

    def _use(self, node, parents):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            root = root_of(node)
            is_change = not isinstance(node.ctx, ast.Load)
            if is_change and (root in self._modules or root in self._imported):
                return f"changes {ast.unparse(node)}"
        if isinstance(node, ast.Name):
            return self._use_of_name(node, parents[id(node)])
        if isinstance(node, ast.Attribute):
            return self._use_of_attribute(node, parents[id(node)])
        return None

    def _use_of_name(self, node, parent):
        if node.id in HIDDEN_ACCESS:
            return f"uses {node.id}"
        if node.id in self._modules and not isinstance(parent, ast.Attribute):
            return f"hands on the module {node.id}"
        return None

    def _use_of_attribute(self, node, parent):
        if is_hidden(node.attr):
            return f"uses {node.attr}"
        module = self._module_of(node.value)
        if module is None:
            return None
        if self._module_of(node) is not None:
            return None if isinstance(parent, ast.Attribute) else f"hands on {ast.unparse(node)}"
        if not is_allowed(module, node.attr):
            return f"uses {ast.unparse(node)}"
        if node.attr in ("stdout", "stderr") and not is_where_print_prints(node, parent):
            return f"uses {ast.unparse(node)}"
        return None

    def _module_of(self, node):
        """The module that an expression is, by a name or in another module."""
        if isinstance(node, ast.Name):
            return self._modules.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        inner = f"{self._module_of(node.value)}.{node.attr}"
        return inner if inner in MODULES else None


def root_of(node):
    """The name at the beginning of `name.attribute[index].attribute`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def is_hidden(name):
    is_special = name.startswith("__") and name.endswith("__")
    return name in HIDDEN_ATTRIBUTES or (is_special and name not in PLAIN_ATTRIBUTES)


def is_allowed(module, name):
    """Of all names of a module, those of the modules that it has imported itself are none of its own."""
    names = MODULES[module]
    if names is not ALL:
        return name in names
    value = getattr(importlib.import_module(module), name, None)
    return not isinstance(value, types.ModuleType)


def is_where_print_prints(node, parent):
    """`print(…, file=sys.stderr)`"""
    return isinstance(parent, ast.keyword) and parent.arg == "file" and parent.value is node
