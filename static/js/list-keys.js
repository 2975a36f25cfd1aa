// Keyboard flow of staff lists: j and k move between rows, Enter opens (the link is focused), / goes to the search box.
"use strict";
(() => {
  const links = [...document.querySelectorAll("table[data-keys] tbody tr")]
    .map((row) => row.querySelector("a[href]")).filter(Boolean);
  const search = document.querySelector("input[type=search]");
  if (!links.length && !search) return;
  const hint = document.querySelector("[data-keys-hint]");
  if (hint) hint.hidden = false;
  const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
    if (event.key === "j" && links.length) links[Math.min(here + 1, links.length - 1)].focus();
    else if (event.key === "k" && links.length) links[Math.max(here - 1, 0)].focus();
    else if (event.key === "/" && search) search.focus();
    else return;
    event.preventDefault();
  });
})();
