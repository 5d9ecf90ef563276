/* Tables that sort: headings become buttons, and a choice of theme hides the other rows. The order
   of every column was worked out before; here rows are only put into it. Without script the table
   stands as it is. */
"use strict";
(() => {
  const WAYS = ["ascending", "descending"];

  function filled(words, values) {
    return words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function start(table) {
    const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
    const theme = heads.length - 1;
    const say = table.parentElement.parentElement.querySelector("[role=status]");
    const choice = table.parentElement.parentElement.querySelector("select");
    let order = say.dataset.initial;

    function tell() {
      const shown = rows.filter((row) => !row.hidden).length;
      say.textContent = order + " " + filled(say.dataset.shown, {shown, all: rows.length});
    }

    /* What has no rank is missing, hidden or not known: it stands last, whichever way is sorted. */
    function sort(at) {
      const head = heads[at];
      const way = WAYS[head.getAttribute("aria-sort") === WAYS[0] ? 1 : 0];
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", way);
      const sign = way === WAYS[0] ? 1 : -1;
      const ranked = rows.map((row, number) => ({row, number, rank: row.cells[at].dataset.rank}));
      ranked.sort((a, b) => {
        if (!a.rank || !b.rank) return Boolean(b.rank) - Boolean(a.rank) || a.number - b.number;
        return sign * (a.rank - b.rank) || a.number - b.number;
      });
      body.append(...ranked.map((each) => each.row));
      const column = head.textContent.trim();
      order = filled(say.dataset.sorted, {column, way: say.dataset[way]});
      tell();
    }

    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(at));
    });
    choice.addEventListener("change", () => {
      rows.forEach((row) => {
        row.hidden = choice.value !== "" && row.cells[theme].dataset.rank !== choice.value;
      });
      tell();
    });
    choice.parentElement.hidden = false;
    tell();
  }

  document.querySelectorAll("table[data-sortable]").forEach(start);
})();
