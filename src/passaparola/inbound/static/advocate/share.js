// The copy button and the system's share sheet. Without this script the link is selectable and every channel has its button.
"use strict";

function tell(form, channel) {
  fetch(form.dataset.told + channel, { method: "POST", body: new FormData(form), keepalive: true });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
    const form = document.getElementById(button.dataset.count);
    if (form) tell(form, "copy");
    setTimeout(() => { button.textContent = name; }, 2000);
  });
}

for (const form of document.querySelectorAll("[data-share]")) {
  const button = form.querySelector("[data-system]");
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", async event => {
    event.preventDefault();
    try {
      const url = form.dataset.share, words = form.elements.words.value, plain = url.replace(/\?c=\w+$/, "");
      await navigator.share(words.includes(plain) ? { text: words.replaceAll(plain, url) } : { text: words, url });
    } catch {
      return; // closed without sharing
    }
    tell(form, "share");
  });
}
