// Shows a copy button beside a reference or a key, and says when it is copied.
"use strict";
document.querySelectorAll("button[data-copy]").forEach((button) => {
  const value = document.getElementById(button.dataset.copy);
  if (!value || !navigator.clipboard) return;
  button.hidden = false;
  const said = button.parentElement.querySelector("[role=status]");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(value.textContent.trim());
    said.textContent = button.dataset.copied;
  });
});
