/* Search by name: without regard to case, and as well for who has no æ, ø and å on the keyboard. */
"use strict";
htkgis.explorerSearch = (items, language) => {
  const LETTERS = [{æ: "ae", ø: "oe", å: "aa"}, {æ: "ae", ø: "o", å: "a"}];

  /* A name in lower case, and in the two spellings that stand for the Danish letters; accents off. */
  function spellings(name) {
    const lower = name.toLocaleLowerCase(language).normalize("NFC").trim();
    const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    return [lower, ...LETTERS.map((letters) => plain(lower.replace(/[æøå]/g, (sign) => letters[sign])))];
  }

  const known = items.map((item) => ({item, spelt: spellings(item.name)}));

  /* What fits, names that begin so first, then as the language sorts. */
  return (text) => {
    const asked = spellings(text);
    if (!asked[0]) return [];
    const begins = (spelt) => spelt.some((name, n) => name.startsWith(asked[n])) ? 0 : 1;
    return known.filter(({spelt}) => spelt.some((name, n) => name.includes(asked[n])))
      .sort((a, b) => begins(a.spelt) - begins(b.spelt) || a.item.name.localeCompare(b.item.name, language))
      .map(({item}) => item);
  };
};
