// The interviewer's form: every tap is kept on this device at once, and sent when there is a network.
// What is sent and saved is removed from the device. Two devices that differ are shown, and the person chooses.
import { deviceName, outbox, store, stored } from "../../quintet/js/outbox.js";
import { collect, fill, firstMissing, countOf } from "./fields.js";

const form = document.querySelector("[data-scorecard]");
const place = `quintet.scorecard.${form.dataset.scorecard}`;
const told = form.querySelector("[data-state]");
const counted = form.querySelector("[data-count]");
const conflictBox = form.querySelector("[data-conflict]");
const errorBox = form.querySelector("[data-error]");

let revision = Number(form.dataset.revision);
const device = deviceName();
let edits = 0, sentAt = 0, wantsSubmit = false, isUnsent = false, theirs = null;
const { later, unsent } = outbox(form, {
  url: form.dataset.draftUrl,
  isWanted: () => isUnsent && !theirs,
  body,
  heard,
  lost,
  signedOut: () => say("Kept on this device. You were signed out: sign in again, then open this form anew.", "bad"),
});

function say(text, tone = "") {
  told.textContent = text;
  told.dataset.tone = tone;
}

function count() {
  const [done, all] = countOf(form);
  counted.textContent = `${done} of ${all}`;
}

// Keep what the form holds on this device, until it is saved.
function keep() {
  isUnsent = true;
  return store(place, JSON.stringify({ revision, draft: collect(form), submit: wantsSubmit }));
}

function changed() {
  edits += 1;
  wantsSubmit = false;
  errorBox.hidden = true;
  count();
  if (!keep()) say("This browser keeps nothing: stay on the page until it says saved.", "warn");
  else say(navigator.onLine ? "Saving…" : "Kept on this device. It is sent when you are back online.", navigator.onLine ? "" : "warn");
  if (!theirs) later();
}

function body() {
  sentAt = edits;
  return { ...collect(form), revision, device, submit: wantsSubmit };
}

// No answer: the draft stays here, and is tried again.
function lost() {
  say(
    wantsSubmit
      ? "Kept on this device, not submitted yet: it will be as soon as there is a network. Leave this page open."
      : "Kept on this device, not saved yet. It is sent when there is a network.",
    "warn",
  );
}

function heard(status, state) {
  if (status === 409) return differs(state);
  revision = state.revision ?? revision;
  if (status === 400) return refused(state.error);
  return saved(state);
}

function saved(state) {
  if (state.is_submitted) {
    store(place, null);
    isUnsent = false;
    say("Submitted.", "good");
    return location.assign(form.dataset.doneUrl);
  }
  if (edits !== sentAt || wantsSubmit) {
    keep();
    return later(0);
  }
  isUnsent = false;
  store(place, null);
  return say(`Saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`, "good");
}

function refused(text) {
  wantsSubmit = false;
  keep();
  errorBox.textContent = text;
  errorBox.hidden = false;
  say("Kept on this device.", "warn");
}

// Another device saved meanwhile: both are kept until the person has chosen.
function differs(state) {
  theirs = state;
  const [here] = countOf(form);
  const there = Object.values(state.draft.scores).filter((one) => one.points).length + (state.draft.overall ? 1 : 0);
  conflictBox.querySelector("[data-here]").textContent = here;
  conflictBox.querySelector("[data-there]").textContent = there;
  conflictBox.hidden = false;
  conflictBox.scrollIntoView({ block: "center" });
  say("Kept on this device. Choose which one counts.", "warn");
}

function choose(mine) {
  revision = theirs.revision;
  if (!mine) fill(form, theirs.draft);
  theirs = null;
  conflictBox.hidden = true;
  count();
  edits += 1;
  wantsSubmit = false;
  if (mine) { keep(); return later(0); }
  isUnsent = false;
  store(place, null);
  return say("Taken from the other device.", "good");
}

function submit(event) {
  event.preventDefault();
  const isLater = event.submitter?.name === "later";
  const gap = isLater ? null : firstMissing(form);
  if (gap) {
    errorBox.textContent = `Still to score: ${gap.dataset.name}.`;
    errorBox.hidden = false;
    gap.scrollIntoView({ block: "center" });
    gap.querySelector("input, textarea")?.focus({ preventScroll: true });
    return;
  }
  wantsSubmit = !isLater;
  keep();
  say(isLater ? "Saving…" : "Submitting…");
  later(0);
}

// What is still unsent from an earlier visit comes first.
function reopen() {
  const kept = JSON.parse(stored(place) ?? "null");
  count();
  if (!kept) return say(form.dataset.saved ? "Saved." : "Nothing to save yet.");
  const before = collect(form);
  fill(form, kept.draft);
  count();
  wantsSubmit = kept.submit;
  isUnsent = true;
  const isNext = kept.revision === revision || form.dataset.savedFrom === device;
  if (!isNext) return differs({ revision, draft: before });
  say("Your draft of this device is back.", "warn");
  return later(0);
}

function fromOtherTab(event) {
  if (event.key !== place || !event.newValue) return;
  const kept = JSON.parse(event.newValue);
  fill(form, kept.draft);
  edits += 1;
  count();
}

form.addEventListener("input", changed);
form.addEventListener("submit", submit);
conflictBox.querySelector("[data-mine]").addEventListener("click", () => choose(true));
conflictBox.querySelector("[data-theirs]").addEventListener("click", () => choose(false));
addEventListener("storage", fromOtherTab);
addEventListener("offline", () => { if (isUnsent) unsent(); });
addEventListener("pagehide", () => { if (isUnsent && !theirs) keep(); });
reopen();
