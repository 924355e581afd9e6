"""What makes the imports of a start quicker; imported before anything else. Must never import another room."""

import contextlib
import gc


def without_collecting() -> None:
    """Let nothing be collected while modules are made, for nothing of them is garbage; `garbage` takes over later."""
    gc.disable()


def without_feature_scan() -> None:
    """Keep PySide6 from reading the source of each of our modules, a fifth of a millisecond each.

    It looks there for users of its `__feature__` switch (PYSIDE-2029), which needs to be known only of modules that
    import Qt; that ours do, and none uses the switch. Where a version has no such function, it stays as it is.
    """
    with contextlib.suppress(ImportError, AttributeError):
        import PySide6.QtCore  # noqa: F401
        from shibokensupport import feature  # type: ignore[import-not-found]

        reads_source = feature._mod_uses_pyside
        feature._mod_uses_pyside = lambda module: module.__name__.startswith("personal_app") or reads_source(module)
