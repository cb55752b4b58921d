// Small behaviours of the shell: file drops, and copying a link.
const connectDrop = (drop) => {
  const input = drop.querySelector("input[type=file]");
  const chosen = drop.querySelector("[data-drop-chosen]");
  const show = () => {
    chosen.textContent = [...input.files].map((file) => file.name).join(", ");
    drop.classList.toggle("has-file", input.files.length > 0);
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"])
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  for (const name of ["dragleave", "drop"])
    drop.addEventListener(name, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
};

const connect = (root) => root.querySelectorAll("[data-drop]").forEach(connectDrop);
connect(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) connect(event.target.parentElement ?? event.target); });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).value);
  button.textContent = "Copied";
});
