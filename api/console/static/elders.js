// The list of elders by keyboard: `/` to the search, ↑↓ through the rows, Enter opens; a filter
// that is changed is sent at once.
document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, select, textarea");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector('.find input[type="search"]')?.focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (typing && typing.type !== "search") return;
  const links = [...document.querySelectorAll("table.people tbody a")];
  if (!links.length) return;
  event.preventDefault();
  const now = links.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? Math.min(now + 1, links.length - 1) : Math.max(now - 1, 0);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
});

document.addEventListener("change", event => {
  const filters = event.target.closest?.("form[data-filters]");
  if (filters) filters.requestSubmit();
});
