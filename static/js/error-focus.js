// Moves the focus to the summary of errors, so that it is read first.
"use strict";
document.querySelector(".error-summary")?.focus();
