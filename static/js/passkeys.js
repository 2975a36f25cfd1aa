// Asks the browser to make or use a passkey, puts its answer in the form and sends it ([data-passkey]).
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  document.querySelectorAll("[data-no-passkey]").forEach((said) => { said.hidden = true; });

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const wanted = (said) => ({
    ...said,
    challenge: bytes(said.challenge),
    ...(said.user && { user: { ...said.user, id: bytes(said.user.id) } }),
    ...(said.allowCredentials && { allowCredentials: known(said.allowCredentials) }),
    ...(said.excludeCredentials && { excludeCredentials: known(said.excludeCredentials) }),
  });

  const answer = (made) => {
    const response = { clientDataJSON: text(made.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (made.response[part]) response[part] = text(made.response[part]);
    }
    if (made.response.getTransports) response.transports = made.response.getTransports();
    return JSON.stringify({
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response,
      clientExtensionResults: made.getClientExtensionResults(),
    });
  };

  document.querySelectorAll("[data-passkey]").forEach((box) => {
    const form = box.closest("form");
    const button = box.querySelector("button");
    const said = box.querySelector("[role=alert]");
    const ask = async () => {
      if (!form.elements[box.dataset.field]) return;
      said.textContent = "";
      button.disabled = true;
      try {
        const publicKey = wanted(JSON.parse(box.dataset.options));
        const made = await navigator.credentials[box.dataset.passkey]({ publicKey });
        form.elements[box.dataset.field].value = answer(made);
        form.requestSubmit();
      } catch {
        said.textContent = box.dataset.none;
        button.disabled = false;
      }
    };
    form.hidden = false;
    box.hidden = false;
    button.addEventListener("click", ask);
    if (box.dataset.passkey === "create") {
      form.addEventListener("submit", (event) => {
        if (form.elements[box.dataset.field].value) return;
        event.preventDefault();
        ask();
      });
    }
  });
})();
