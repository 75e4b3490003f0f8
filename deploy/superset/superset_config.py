"""Settings for a Superset that shows guoban's dashboard: SUPERSET_CONFIG_PATH leads here.

Where it keeps its own data and its key come from the environment: SUPERSET_HOME, SUPERSET_SECRET_KEY.
Set SCARF_ANALYTICS=false as well, else its pages call a counter in the internet. docs/bi.md has the
whole recipe.
"""

BABEL_DEFAULT_LOCALE = "zh"
LANGUAGES = {"zh": {"flag": "cn", "name": "简体中文"}, "en": {"flag": "us", "name": "English"}}
