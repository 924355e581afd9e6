"""The theme: readable in both looks, following the system unless told otherwise, growing with the text scale."""

from itertools import product

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from personal_app.ui.theme import Theme
from personal_app.ui.tokens import DARK, LIGHT, Colours, Look, Size

#: Contrast that WCAG 2.1 asks of text (success criterion 1.4.3) and of marks (1.4.11).
TEXT_CONTRAST, MARK_CONTRAST = 4.5, 3.0
GROUNDS = ("ground", "surface", "hover")


def _luminance(colour: str) -> float:
    painted = QColor(colour)
    parts = (painted.redF(), painted.greenF(), painted.blueF())
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_is_readable_on_every_ground_it_may_stand_on(colours: Colours) -> None:
    pairs = [*product(("ink", "ink_soft", "ink_faint"), GROUNDS), *product(("accent", "live", "good", "warn"), GROUNDS)]
    pairs += [(tone, f"{tone}_wash") for tone in ("accent", "live", "good", "warn")]
    pairs += [("accent_ink", "accent"), ("accent_ink", "accent_hover"), ("ink_soft", "neutral_wash"), ("ink", "sunken")]
    pairs += [("ink", "accent_wash"), ("stage_ink", "stage"), ("stage_soft", "stage")]
    poor = {
        pair: round(contrast(getattr(colours, pair[0]), getattr(colours, pair[1])), 2)
        for pair in pairs
        if contrast(getattr(colours, pair[0]), getattr(colours, pair[1])) < TEXT_CONTRAST
    }
    assert poor == {}


def test_a_forced_look_is_shown_and_letting_go_follows_the_system_again(qapp: QApplication) -> None:
    theme = Theme.of_app()
    system = theme.look
    seen: list[Look] = []
    theme.changed.connect(lambda: seen.append(theme.look))
    theme.force(Look.DARK)
    assert qapp.palette().window().color() == QColor(DARK.ground)
    theme.force(Look.LIGHT)
    assert qapp.palette().window().color() == QColor(LIGHT.ground)
    theme.force(None)
    assert seen == [Look.DARK, Look.LIGHT, system]


def test_the_application_has_one_theme(qapp: QApplication) -> None:
    del qapp
    assert Theme.of_app() is Theme.of_app()


def test_text_grows_with_the_scale_and_the_scale_has_bounds(qapp: QApplication) -> None:
    theme = Theme.of_app()
    normal = theme.px(Size.BODY)
    try:
        theme.set_scale(2.0)
        assert theme.px(Size.BODY) == 2 * normal
        assert qapp.font().pixelSize() == 2 * normal
        with pytest.raises(ValueError, match="between"):
            theme.set_scale(2.1)
    finally:
        theme.set_scale(1.0)
