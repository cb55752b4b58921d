// What a form keeps on this device until it is saved, and how it is sent: again and again, each time a little later.
const SOON = 500, LONGEST = 30_000, PATIENCE = 15_000;

export function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

export function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value);
    return true;
  } catch { return false; }
}

export function deviceName() {
  const name = stored("quintet.device") ?? [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("");
  store("quintet.device", name);
  return name;
}

// form: whose CSRF token is sent. isWanted(): is there something to send? body(): what. heard(status, state): an
// answer came. lost(): none came, it is tried again by itself. signedOut(): the answer was a page, not ours.
export function outbox(form, { url, isWanted, body, heard, lost, signedOut }) {
  let waits = SOON, timer = 0, isSending = false;

  function later(after = waits) {
    clearTimeout(timer);
    timer = setTimeout(send, after);
  }

  function unsent() {
    lost();
    waits = Math.min(waits * 2, LONGEST);
    later();
  }

  async function send() {
    if (isSending || !isWanted()) return;
    isSending = true;
    try {
      const answer = await fetch(url, {
        method: "PUT",
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify(body()),
      });
      isSending = false;
      await take(answer);
    } catch {
      isSending = false;
      unsent();
    }
  }

  async function take(answer) {
    const isOurs = (answer.headers.get("Content-Type") ?? "").includes("json") && !answer.redirected;
    if (answer.status >= 500) return unsent();
    if (!isOurs) return signedOut();
    const state = await answer.json();
    waits = SOON;
    return heard(answer.status, state);
  }

  addEventListener("online", () => { waits = SOON; later(0); });
  return { later, unsent };
}
