"""Light or dark: what the visitor chose (a cookie), else what the system says."""

from __future__ import annotations

from fastapi import Request
from markupsafe import Markup

COOKIE = "console_theme"

# Runs before the first paint, so that a dark page never flashes white.
THEME_SCRIPT = Markup("""<script>
(() => {
  const cookie = (document.cookie.match(/(?:^|; )console_theme=(light|dark)/) || [])[1];
  const system = matchMedia("(prefers-color-scheme: dark)");
  let chosen = cookie;
  const apply = () => {
    const dark = chosen ? chosen === "dark" : system.matches;
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    if (window.Quasar && Quasar.Dark) Quasar.Dark.set(dark);
    document.dispatchEvent(new CustomEvent("console:theme", { detail: { dark } }));
  };
  window.consoleTheme = () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.cookie = `console_theme=${chosen}; path=/; max-age=31536000; samesite=lax`;
    apply();
  };
  system.addEventListener("change", apply);
  apply();
})();
</script>""")


def chosen_dark(request: Request) -> bool | None:
    """True or False as chosen, None to follow the system."""
    return {"dark": True, "light": False}.get(request.cookies.get(COOKIE, ""))
