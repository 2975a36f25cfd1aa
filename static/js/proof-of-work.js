// While she reads, finds the number that sending needs (form[data-proof-bits]); pressed before it is
// found, the form waits for it and says so.
"use strict";
document.querySelectorAll("form[data-proof-bits]").forEach((form) => {
  const nonce = form.elements.namedItem("nonce");
  const said = form.querySelector("[data-proof-said]");
  let waits = false;
  const worker = new Worker(form.dataset.proofWorker);
  worker.onmessage = (event) => {
    nonce.value = event.data;
    worker.terminate();
    if (waits) form.requestSubmit();
  };
  // Without it the server asks for a short wait instead.
  worker.onerror = () => { nonce.value = "0"; if (waits) form.requestSubmit(); };
  worker.postMessage({
    text: form.elements.namedItem("challenge").value,
    bits: Number(form.dataset.proofBits),
  });
  form.addEventListener("submit", (event) => {
    if (nonce.value) return;
    event.preventDefault();
    waits = true;
    said.hidden = false;
  });
});
