/* What is folded opens where a link leads into it, and on paper. Browsers that follow the
   standard do both by themselves; the button is for all of them. */
"use strict";
(() => {
  const folds = () => [...document.querySelectorAll("main details, footer details")]
    .filter((fold) => !fold.closest(".contents, .panel"));
  const button = document.querySelector("button[data-unfold]");

  function reveal(hash) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    target.scrollIntoView();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) setTimeout(() => reveal(link.hash));
  });
  window.addEventListener("hashchange", () => reveal(location.hash));
  reveal(location.hash);

  if (button) {
    const words = [button.textContent, button.dataset.unfold];
    const closed = () => folds().filter((fold) => !fold.open);
    const say = () => { button.textContent = words[closed().length ? 0 : 1]; };
    button.hidden = false;
    button.addEventListener("click", () => {
      const open = closed().length > 0;
      folds().forEach((fold) => { fold.open = open; });
      say();
    });
    document.addEventListener("toggle", say, true);
  }

  /* on a phone the list of contents would stand before what it lists */
  if (matchMedia("(max-width: 48rem)").matches) {
    document.querySelectorAll(".contents details").forEach((fold) => { fold.open = false; });
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = folds().filter((fold) => !fold.open);
    opened.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((fold) => { fold.open = false; });
    opened = [];
  });
})();
