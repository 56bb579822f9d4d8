// A film that somebody asks for: only then is anything loaded from where it is, and the visit is counted once. Without this, the link opens it.

for (const film of document.querySelectorAll("a.film")) {
  film.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fetch(film.dataset.counted, { method: "POST", keepalive: true, credentials: "omit" }).catch(() => {});
    const player = document.createElement(film.dataset.player === "file" ? "video" : "iframe");
    player.src = film.dataset.film;
    player.title = film.dataset.title;
    if (player instanceof HTMLVideoElement) {
      player.controls = true;
      player.autoplay = true;
    } else {
      player.allow = "autoplay; fullscreen; picture-in-picture";
      player.referrerPolicy = "strict-origin";
    }
    const frame = document.createElement("div");
    frame.className = "film";
    frame.append(player);
    film.replaceWith(frame);
    player.focus();
  });
}
