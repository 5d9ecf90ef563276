/* In a frame, the page tells its host how tall it is; a host that listens can make room.
   Nothing but the number is sent, and nothing is taken from the host. */
"use strict";
(() => {
  if (window.parent === window) return;
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().bottom + window.scrollY);
    if (Math.abs(height - told) < 2) return;
    told = height;
    window.parent.postMessage({htkgis: "height", height}, "*");
  }).observe(document.body);
})();
