// What was handed in, here or on another device, leaves nothing behind on this one.
import { store } from "../../quintet/js/outbox.js";

store(`quintet.sitting.${document.querySelector("[data-sat]").dataset.sat}`, null);
