// Sends large files in parts as soon as they are chosen ([data-parts]): shows how far each has come, goes on after a broken
// connection, and names it to the form. Without this script the form itself carries smaller files.
"use strict";
(() => {
  const box = document.querySelector("[data-parts]");
  if (!box || !window.fetch || !window.crypto) return;
  const form = box.closest("form");
  const input = box.querySelector("input[type=file]");
  const list = box.querySelector("[data-parts-list]");
  const words = box.dataset;
  const accepted = input.accept.split(",");
  let running = 0, refused = 0, pressed = null;
  box.querySelectorAll("[data-with-script]").forEach((node) => { node.hidden = false; });
  box.querySelectorAll("[data-without-script]").forEach((node) => { node.hidden = true; });

  class Refused extends Error {}
  class Stopped extends Error {}
  const pause = (ms) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    window.addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });

  function tokenFor(file) {
    const name = ["upload", words.parts, file.name, file.size, file.lastModified].join(" ");
    let token = sessionStorage.getItem(name);
    if (!token) {
      token = [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      sessionStorage.setItem(name, token);
    }
    return { token, forget: () => sessionStorage.removeItem(name) };
  }

  // One call; a network that fails, a hub that restarts and an antivirus that is away are waited for.
  async function call(method, path, body, row) {
    for (let tries = 0; ; tries += 1) {
      let answer, said = {};
      try {
        answer = await fetch(words.parts + path, {
          method, body, signal: row.stop.signal,
          headers: { "Upload-Token": row.token, "X-CSRFToken": form.elements.csrf_token.value },
        });
        said = await answer.json().catch(() => ({}));
      } catch (error) {
        if (error.name === "AbortError") throw error;
      }
      if (answer && answer.ok && !answer.redirected) return said;
      const checked = said.code === "being_checked";
      if (answer && answer.status < 500 && !checked) throw said.said ? new Refused(said.said) : new Stopped(words.failed);
      row.say(said.said || words.broken);
      await pause(checked ? 2000 : Math.min(1000 * 2 ** tries, 30000));
      if (row.stop.signal.aborted) throw new DOMException("", "AbortError");
    }
  }

  function named(file) {
    const body = new FormData();
    body.append("name", file.name);
    body.append("size", file.size);
    return body;
  }

  async function send(file, row) {
    const begun = await call("POST", "", named(file), row);
    row.id = begun.id;
    const there = new Set(begun.received);
    const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
    for (let number = 0; begun.state === "receiving" && number < begun.parts; number += 1) {
      row.bar.value = number / begun.parts;
      row.say(`${words.sending} ${percent.format(row.bar.value)}`);
      if (there.has(number)) continue;
      const at = number * begun.part_bytes;
      await call("PUT", `/${begun.id}/${number}`, file.slice(at, at + begun.part_bytes), row);
    }
    row.bar.removeAttribute("value");
    row.say(words.checking);
    await call("POST", `/${begun.id}/fin`, named(file), row);
  }

  function rowFor(file) {
    const row = { stop: new AbortController(), ...tokenFor(file) };
    const item = list.appendChild(document.createElement("li"));
    const title = item.appendChild(document.createElement("strong"));
    title.textContent = file.name;
    row.bar = item.appendChild(document.createElement("progress"));
    row.bar.value = 0;
    row.bar.setAttribute("aria-label", file.name);
    const status = item.appendChild(document.createElement("span"));
    status.className = "small muted";
    status.setAttribute("role", "status");
    row.bar.hidden = true;
    row.say = (text) => { if (status.textContent !== text) status.textContent = text; };
    const away = item.appendChild(document.createElement("button"));
    away.type = "button";
    away.className = "button button-quiet button-small";
    away.textContent = words.remove;
    away.setAttribute("aria-label", `${words.remove} ${file.name}`);
    away.addEventListener("click", () => {
      row.stop.abort();
      row.forget();
      item.remove();
      input.focus();
      if (!row.id) return;
      fetch(`${words.parts}/${row.id}/abandon`, { method: "POST", body: named(file),
        headers: { "Upload-Token": row.token, "X-CSRFToken": form.elements.csrf_token.value } });
    });
    row.ready = () => {
      row.bar.remove();
      const kept = item.appendChild(document.createElement("input"));
      Object.assign(kept, { type: "hidden", name: "waiting_file", value: row.id });
      row.say(words.ready);
    };
    row.refused = (text) => { refused += 1; row.bar.remove(); status.className = "error"; row.say(text); };
    row.say(words.waiting);
    return row;
  }

  async function take(file, row) {
    if (row.stop.signal.aborted) return;
    if (!accepted.some((ending) => file.name.toLowerCase().endsWith(ending))) { row.refused(words.kind); return; }
    if (file.size > Number(words.most)) { row.refused(words.large); return; }
    try {
      row.bar.hidden = false;
      await send(file, row);
      row.ready();
      row.forget();
    } catch (error) {
      if (error instanceof Refused) row.forget();
      if (error.name !== "AbortError") row.refused(error.message);
    }
  }

  // One file after the other; a form that was sent meanwhile leaves by itself once all are ready.
  const waits = box.querySelector("[data-parts-wait]");
  let line = Promise.resolve();
  input.addEventListener("change", () => {
    for (const file of input.files) {
      const row = rowFor(file);
      running += 1;
      line = line.then(() => take(file, row)).finally(() => { running -= 1; goOn(); });
    }
    input.value = "";
  });
  function goOn() {
    if (running) return;
    waits.hidden = true;
    const button = pressed;
    pressed = null;
    if (button && !refused) form.requestSubmit(button);
  }
  form.addEventListener("submit", (event) => {
    if (!running || event.submitter?.value === "edit") return;
    event.preventDefault();
    [pressed, refused] = [event.submitter, 0];
    waits.hidden = false;
    waits.focus();
  });
  window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
})();
