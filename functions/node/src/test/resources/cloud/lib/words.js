exports.shout = (text) => text.toUpperCase();
exports.Parse = require('parse/node');
