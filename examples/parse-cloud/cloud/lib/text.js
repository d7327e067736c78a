// A text of at most so many characters.
exports.shortened = (text, most) => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
