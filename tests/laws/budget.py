"""How many scripts the laws are tried on: enough for every day, or as many as `PERSONAL_APP_SCRIPTS` says."""

import os

from hypothesis import HealthCheck, Phase, settings

_WANTED = os.environ.get("PERSONAL_APP_SCRIPTS")


def budget(scripts: int, steps: int = 50) -> settings:
    """Return the settings for `scripts` scripts of up to `steps` steps, or for as many scripts as the soak wants."""
    return settings(
        max_examples=int(_WANTED) if _WANTED else scripts,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        # Explaining a failure traces every line and takes minutes; the shrunk script says enough.
        phases=set(Phase) - {Phase.explain},
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
