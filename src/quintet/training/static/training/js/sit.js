// Taking an exam: every answer is kept on this device at once, and sent when there is a network.
// Each carries when it was given, by the server's clock: of two, the later one counts, on whatever device.
import { outbox, store, stored } from "../../quintet/js/outbox.js";

const form = document.querySelector("[data-sitting]");
const place = `quintet.sitting.${form.dataset.sitting}`;
const asked = [...form.querySelectorAll("[data-asked]")];
const told = form.querySelector("[data-state]");
const clock = form.querySelector("[data-clock]");
const blankBox = form.querySelector("[data-blank]");

let started = Date.now() - Number(form.dataset.elapsed);
let ends = form.dataset.left === "" ? null : Date.now() + Number(form.dataset.left);
let unsent = {}, wantsHandIn = false, isOver = false;

const { later, unsent: failed } = outbox(form, {
  url: form.dataset.saveUrl,
  isWanted: () => !isOver && (wantsHandIn || Object.keys(unsent).length > 0),
  body: () => ({ answers: Object.values(unsent), hand_in: wantsHandIn }),
  heard,
  lost,
  signedOut: () => say("Kept on this device. You were signed out: sign in again, then open this page anew.", "bad"),
});

function say(text, tone = "") {
  told.textContent = text;
  told.dataset.tone = tone;
}

const fields = (part) => [...part.querySelectorAll("input, textarea")];
const isChoice = (part) => part.querySelector("input[type=radio], input[type=checkbox]") !== null;

function saidTo(part) {
  if (!isChoice(part)) return fields(part)[0].value;
  return fields(part).filter((one) => one.checked).map((one) => one.value);
}

function fill(part, said) {
  if (!isChoice(part)) fields(part)[0].value = said;
  else for (const one of fields(part)) one.checked = said.includes(one.value);
}

const isAnswered = (part) => (isChoice(part) ? saidTo(part).length > 0 : saidTo(part).trim() !== "");
const blank = () => asked.filter((part) => !isAnswered(part)).map((part) => part.dataset.number);

function count() {
  form.querySelector("[data-count]").textContent = `${asked.length - blank().length} of ${asked.length} answered`;
}

function keep() {
  const isEmpty = !wantsHandIn && Object.keys(unsent).length === 0;
  return store(place, isEmpty ? null : JSON.stringify({ unsent, wantsHandIn }));
}

function changed(event) {
  const part = event.target.closest("[data-asked]");
  if (!part || isOver) return;
  const revision = Math.max(Number(part.dataset.revision) + 1, Date.now() - started);
  part.dataset.revision = revision;
  unsent[part.dataset.asked] = { version: Number(part.dataset.asked), said: saidTo(part), revision };
  wantsHandIn = false;
  blankBox.hidden = true;
  count();
  if (!keep()) say("This browser keeps nothing: stay on the page until it says saved.", "warn");
  else say(navigator.onLine ? "Saving…" : "Kept on this device. It is sent when you are back online.", navigator.onLine ? "" : "warn");
  later();
}

function lost() {
  say(
    wantsHandIn
      ? "Kept on this device, not handed in yet: it will be as soon as there is a network. Leave this page open."
      : "Kept on this device, not saved yet. It is sent when there is a network.",
    "warn",
  );
}

function heard(status, state) {
  if (state.is_handed_in) return done();
  if (status !== 200) return say(state.error ?? "This could not be saved: reload the page.", "bad");
  started = Date.now() - state.elapsed;
  ends = state.left === null ? null : Date.now() + state.left;
  for (const one of state.answers) take(one);
  keep();
  count();
  if (wantsHandIn || Object.keys(unsent).length > 0) return later(0);
  return say(`Saved ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`, "good");
}

// What the server keeps of one answer: as new as ours or newer, unless ours changed since it was sent.
function take(one) {
  const mine = unsent[one.version];
  if (mine && mine.revision > one.revision) return;
  delete unsent[one.version];
  const part = asked.find((each) => Number(each.dataset.asked) === one.version);
  part.dataset.revision = one.revision;
  if (JSON.stringify(saidTo(part)) !== JSON.stringify(one.said)) fill(part, one.said);
}

function done() {
  isOver = true;
  store(place, null);
  say("Handed in.", "good");
  location.assign(form.dataset.doneUrl);
}

function submit(event) {
  event.preventDefault();
  const name = event.submitter?.name;
  const left = name === "hand-in" ? blank() : [];
  if (left.length > 0) {
    blankBox.querySelector("[data-blank-numbers]").textContent = left.join(", ");
    blankBox.hidden = false;
    blankBox.scrollIntoView({ block: "center" });
    return;
  }
  wantsHandIn = name !== "later";
  keep();
  if (!wantsHandIn && Object.keys(unsent).length === 0) return say("Saved.", "good");
  say(wantsHandIn ? "Handing in…" : "Saving…");
  later(0);
}

function tick() {
  const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  clock.hidden = false;
  clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} left`;
  clock.dataset.tone = left < 60 ? "bad" : "";
  if (left === 0 && !wantsHandIn && !isOver) {
    wantsHandIn = true;
    keep();
    say("The time is up. Handing in…", "warn");
    later(0);
  }
}

// What is still unsent from an earlier visit comes first, where nothing newer is kept.
function reopen() {
  const kept = JSON.parse(stored(place) ?? "null");
  if (!kept) return say("Nothing to save yet.");
  for (const part of asked) {
    const one = kept.unsent[part.dataset.asked];
    if (!one || one.revision <= Number(part.dataset.revision)) continue;
    unsent[one.version] = one;
    part.dataset.revision = one.revision;
    fill(part, one.said);
  }
  wantsHandIn = kept.wantsHandIn;
  if (keep() && !wantsHandIn && Object.keys(unsent).length === 0) return say("Saved.", "good");
  say("Your answers of this device are back.", "warn");
  return later(0);
}

form.addEventListener("input", changed);
form.addEventListener("submit", submit);
addEventListener("offline", () => { if (Object.keys(unsent).length > 0) failed(); });
form.querySelector("[name=later]").hidden = true; // every answer is saved by itself
reopen();
count();
if (ends !== null) { tick(); setInterval(tick, 1000); }
