// Sphinx's Danish words lack the plural of its search page, which then stops with an error.
Documentation.addTranslations({
  messages: {
    "Search finished, found one page matching the search query.": [
      "Søgningen fandt én side.",
      "Søgningen fandt ${resultCount} sider.",
    ],
  },
  plural_expr: "n === 1 ? 0 : 1",
});
