// Asks before leaving a page whose form was begun and not sent (form[data-unsaved]).
"use strict";
document.querySelectorAll("form[data-unsaved]").forEach((form) => {
  let begun = false;
  form.addEventListener("input", () => { begun = true; });
  form.addEventListener("submit", () => { begun = false; });
  window.addEventListener("beforeunload", (event) => { if (begun) event.preventDefault(); });
});
