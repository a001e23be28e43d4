// The page works without this. It adds two keys, and keeps the reader's place when a part of the page is renewed.
"use strict";
let section = null;
let focused = "";
let opened = new Set();

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button && !button.disabled) {
    event.preventDefault();
    button.click();
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  section = event.target.closest("section");
  focused = document.activeElement?.id ?? "";
  opened = new Set([...document.querySelectorAll("details[open][id]")].map((details) => details.id));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (document.activeElement !== document.body) return;
  const place = document.getElementById(focused) ?? document.getElementById(section?.id)?.querySelector("h2");
  place?.focus({ preventScroll: true });
});
