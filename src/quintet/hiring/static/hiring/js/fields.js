// The fields of the interviewer's form, as a draft and back.
const PLAYED = ["homework_points", "before", "feedback", "after"];
const value = (form, name) => form.elements[name]?.value ?? "";
const points = (form, name) => (value(form, name) === "" ? null : Number(value(form, name)));
const keys = (form) => [...form.querySelectorAll("[data-criterion]")].map((one) => one.dataset.criterion);

export function collect(form) {
  const scores = Object.fromEntries(
    keys(form).map((key) => [key, { points: points(form, `score-${key}`), evidence: value(form, `evidence-${key}`) }]),
  );
  const played = { homework_points: points(form, "homework_points"), before: points(form, "before"), feedback: value(form, "feedback"), after: points(form, "after") };
  return { scores, overall: points(form, "overall"), overall_why: value(form, "overall_why"), role_play: played };
}

function set(form, name, said) {
  const field = form.elements[name];
  if (!field) return;
  if (field instanceof RadioNodeList) for (const one of field) one.checked = one.value === String(said ?? "");
  else field.value = said ?? "";
}

export function fill(form, draft) {
  for (const key of keys(form)) {
    set(form, `score-${key}`, draft.scores[key]?.points);
    set(form, `evidence-${key}`, draft.scores[key]?.evidence);
  }
  set(form, "overall", draft.overall);
  set(form, "overall_why", draft.overall_why);
  for (const name of PLAYED) set(form, name, draft.role_play?.[name]);
}

// The parts that have to be filled: a scale without a tap, or a text without a word.
const needed = (form) => [...form.querySelectorAll("[data-needed]")];
const isFilled = (part) => part.querySelector("input:checked") !== null || [...part.querySelectorAll("textarea[data-must]")].some((one) => one.value.trim());
export const firstMissing = (form) => needed(form).find((part) => !isFilled(part)) ?? null;
export const countOf = (form) => [needed(form).filter(isFilled).length, needed(form).length];
