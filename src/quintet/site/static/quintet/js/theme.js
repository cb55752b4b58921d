// Light or dark before the first paint: what was chosen here, else what the system prefers.
(() => {
  const KEY = "quintet-theme";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const apply = () => {
    const theme = stored() || (system.matches ? "dark" : "light");
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.dispatchEvent(new CustomEvent("quintet:theme", { detail: theme }));
  };
  apply();
  system.addEventListener("change", apply);
  const root = document.documentElement;
  window.addEventListener("beforeprint", () => {  // paper is light; charts are inverted by the style sheet
    if (root.getAttribute("data-bs-theme") !== "dark") return;
    root.setAttribute("data-was-dark", "");
    root.setAttribute("data-bs-theme", "light");
  });
  window.addEventListener("afterprint", () => {
    if (root.hasAttribute("data-was-dark")) root.setAttribute("data-bs-theme", "dark");
    root.removeAttribute("data-was-dark");
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const now = document.documentElement.getAttribute("data-bs-theme");
    try { localStorage.setItem(KEY, now === "dark" ? "light" : "dark"); } catch { return; }
    apply();
  });
})();
