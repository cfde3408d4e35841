// An element's words with their {gaps} filled in: they stand in its attributes, where the page has
// translated them.

export const wordsOf = (element) => (name, gaps = {}) => Object.entries(gaps).reduce(
  (text, [gap, value]) => text.replace(`{${gap}}`, value), element.getAttribute(`words-${name}`),
);
