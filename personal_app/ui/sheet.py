"""The one style sheet, written from tokens. Only `theme` may use it; it must never hold a colour of its own.

Selectors go by what a widget means: `kind` of a button (primary, quiet, danger, live, link), `tone` of a text (soft,
faint, accent, live, good, warn, stage, stage_soft), `words` for its size (small, title, display), `strong` stresses,
`role` of a surface (panel, bar, foot, card, sunken, stage, caption, rule, strip, notice, and the washes accent,
live, warn).
"""

from collections.abc import Mapping

from personal_app.ui.tokens import MEDIUM, RADIUS, RADIUS_SMALL, SMALL, TIGHT, Colours, Size


def sheet(colours: Colours, font_px: Mapping[Size, int], scale: float) -> str:
    """Return the style sheet for a set of colours, font heights in pixels by size, and a text scale."""
    parts = (_texts(colours, font_px), _surfaces(colours), _buttons(colours, scale), _fields(colours), _pieces(colours))
    return "\n".join(parts)


def _texts(c: Colours, font_px: Mapping[Size, int]) -> str:
    tones = {
        "soft": c.ink_soft,
        "faint": c.ink_faint,
        "accent": c.accent,
        "live": c.live,
        "good": c.good,
        "warn": c.warn,
        "stage": c.stage_ink,
        "stage_soft": c.stage_soft,
    }
    lines = ["QLabel { background: transparent; }"]
    lines += [f'QLabel[tone="{tone}"] {{ color: {colour}; }}' for tone, colour in tones.items()]
    lines += [f'QLabel[words="{size}"] {{ font-size: {px}px; }}' for size, px in font_px.items()]
    lines.append('QLabel[strong="true"] { font-weight: 600; }')
    return "\n".join(lines)


def _surfaces(c: Colours) -> str:
    return f"""
QMainWindow, QDialog {{ background: {c.ground}; }}
Surface[role="panel"] {{ background: {c.surface}; border: none; }}
Surface[role="bar"] {{ background: {c.surface}; border: none; border-bottom: 1px solid {c.line}; }}
Surface[role="foot"] {{ background: {c.surface}; border: none; border-top: 1px solid {c.line}; }}
Surface[role="card"] {{ background: {c.surface}; border: 1px solid {c.line}; border-radius: {RADIUS}px; }}
Surface[role="sunken"] {{ background: {c.sunken}; border: none; border-radius: {RADIUS}px; }}
Surface[role="accent"] {{ background: {c.accent_wash}; border: none; border-radius: {RADIUS}px; }}
Surface[role="strip"] {{ background: {c.accent_wash}; border: none; }}
Surface[role="notice"] {{ background: {c.warn_wash}; border: none; border-bottom: 1px solid {c.line}; }}
Surface[role="live"] {{ background: {c.live_wash}; border: none; border-radius: {RADIUS}px; }}
Surface[role="warn"] {{ background: {c.warn_wash}; border: none; border-radius: {RADIUS}px; }}
Surface[role="stage"], Surface[role="caption"] {{ background: {c.stage}; border: none; }}
Surface[role="rule"] {{ background: {c.line}; border: none; max-height: 1px; min-height: 1px; }}
QSplitter::handle {{ background: {c.line}; }}
QSplitter::handle:hover {{ background: {c.line_strong}; }}
QScrollArea {{ background: transparent; border: none; }}
"""


def _buttons(c: Colours, scale: float) -> str:
    pad_y, pad_x = round(5 * scale), round(MEDIUM * scale)
    return f"""
QPushButton {{
    background: {c.surface}; color: {c.ink}; border: 1px solid {c.line_strong}; border-radius: {RADIUS - 2}px;
    padding: {pad_y}px {pad_x}px;
}}
QPushButton:hover {{ background: {c.hover}; }}
QPushButton:pressed, QPushButton:checked {{ background: {c.accent_wash}; }}
QPushButton:focus {{ border-color: {c.accent}; }}
QPushButton:disabled {{ color: {c.ink_faint}; border-color: {c.line}; background: {c.ground}; }}
QPushButton[kind="primary"] {{
    background: {c.accent}; color: {c.accent_ink}; border-color: {c.accent}; font-weight: 600;
}}
QPushButton[kind="primary"]:hover {{ background: {c.accent_hover}; border-color: {c.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border-color: {c.ink}; }}
QPushButton[kind="primary"]:disabled {{
    background: {c.neutral_wash}; color: {c.ink_faint}; border-color: {c.neutral_wash};
}}
QPushButton[kind="quiet"] {{ background: transparent; border-color: transparent; color: {c.ink_soft}; }}
QPushButton[kind="quiet"]:hover {{ background: {c.hover}; color: {c.ink}; }}
QPushButton[kind="quiet"]:checked {{ background: {c.accent_wash}; color: {c.accent}; }}
QPushButton[kind="quiet"]:focus {{ border-color: {c.accent}; }}
QPushButton[kind="quiet"]:disabled {{ color: {c.ink_faint}; background: transparent; }}
QPushButton[kind="danger"] {{ color: {c.live}; }}
QPushButton[kind="danger"]:hover {{ background: {c.live_wash}; border-color: {c.live}; }}
QPushButton[kind="danger"]:disabled {{ color: {c.ink_faint}; }}
QPushButton[kind="live"] {{
    background: {c.live_wash}; color: {c.live}; border-color: {c.live_wash}; font-weight: 600;
}}
QPushButton[kind="live"]:hover, QPushButton[kind="live"]:focus {{ border-color: {c.live}; }}
QPushButton[kind="link"] {{
    background: transparent; border: 1px solid transparent; color: {c.accent}; padding: 1px 2px; text-align: left;
}}
QPushButton[kind="link"]:hover {{ color: {c.accent_hover}; text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border-color: {c.accent}; }}
QToolButton {{
    background: transparent; color: {c.ink_soft}; border: 1px solid transparent; border-radius: {RADIUS - 2}px;
    padding: {TIGHT}px;
}}
QToolButton:hover {{ background: {c.hover}; color: {c.ink}; }}
QToolButton:pressed, QToolButton:checked {{ background: {c.accent_wash}; color: {c.accent}; }}
QToolButton:focus {{ border-color: {c.accent}; }}
QToolButton:disabled {{ color: {c.ink_faint}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}
"""


def _fields(c: Colours) -> str:
    return f"""
QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {c.surface}; color: {c.ink}; border: 1px solid {c.line_strong}; border-radius: {RADIUS - 2}px;
    padding: 6px {SMALL}px; selection-background-color: {c.accent}; selection-color: {c.accent_ink};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {c.accent}; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ background: {c.ground}; color: {c.ink_faint}; border-color: {c.line}; }}
QComboBox {{
    background: {c.surface}; color: {c.ink}; border: 1px solid {c.line_strong}; border-radius: {RADIUS - 2}px;
    padding: {TIGHT}px {SMALL}px;
}}
QComboBox:focus {{ border-color: {c.accent}; }}
QComboBox::drop-down {{ border: none; width: 20px; }}
QComboBox QAbstractItemView {{ background: {c.surface}; border: 1px solid {c.line_strong}; }}
QRadioButton {{ color: {c.ink}; spacing: 6px; background: transparent; }}
QRadioButton:disabled {{ color: {c.ink_faint}; }}
QRadioButton::indicator {{
    width: 7px; height: 7px; border: 4px solid {c.surface}; border-radius: 7px; background: {c.surface};
}}
QRadioButton::indicator:unchecked {{ border: 1px solid {c.line_strong}; width: 13px; height: 13px; }}
QRadioButton::indicator:checked {{ border-color: {c.accent}; }}
QRadioButton::indicator:focus {{ border-color: {c.accent}; }}
QCheckBox {{ color: {c.ink}; spacing: 6px; background: transparent; }}
QCheckBox:disabled {{ color: {c.ink_faint}; }}
QCheckBox::indicator {{
    width: 13px; height: 13px; border: 1px solid {c.line_strong}; border-radius: 3px; background: {c.surface};
}}
QCheckBox::indicator:checked {{ background: {c.accent}; border-color: {c.accent}; }}
QCheckBox::indicator:focus {{ border-color: {c.accent}; }}
"""


def _pieces(c: Colours) -> str:
    return f"""
QListView, QTreeView {{ background: {c.surface}; border: none; outline: none; }}
QListView:focus {{ outline: none; }}
QMenu {{ background: {c.surface}; border: 1px solid {c.line_strong}; padding: {TIGHT}px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: {RADIUS_SMALL}px; color: {c.ink}; }}
QMenu::item:selected {{ background: {c.accent_wash}; color: {c.ink}; }}
QMenu::item:disabled {{ color: {c.ink_faint}; }}
QMenu::separator {{ height: 1px; background: {c.line}; margin: {TIGHT}px {SMALL}px; }}
QToolTip {{ background: {c.surface}; color: {c.ink}; border: 1px solid {c.line_strong}; padding: {TIGHT}px 6px; }}
QTabBar {{ background: transparent; border: none; }}
QTabBar::tab {{
    background: transparent; color: {c.ink_soft}; border: none; border-bottom: 2px solid transparent;
    padding: 7px 2px; margin-right: 14px;
}}
QTabBar::tab:hover {{ color: {c.ink}; }}
QTabBar::tab:selected {{ color: {c.ink}; border-bottom-color: {c.accent}; }}
QTabBar::tab:focus {{ color: {c.accent}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {c.line}; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {c.line_strong}; border-radius: 3px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {c.ink_faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QProgressBar {{ background: {c.sunken}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
QProgressBar[role="stage"] {{ background: {c.stage_line}; }}
QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
QSlider::groove:horizontal {{ background: {c.line_strong}; height: 4px; border-radius: 2px; }}
QSlider::sub-page:horizontal {{ background: {c.accent}; height: 4px; border-radius: 2px; }}
QSlider::handle:horizontal {{
    background: {c.surface}; border: 2px solid {c.accent}; width: 8px; height: 8px; margin: -4px 0; border-radius: 6px;
}}
QSlider:focus {{ background: {c.accent_wash}; border-radius: {RADIUS_SMALL}px; }}
"""
