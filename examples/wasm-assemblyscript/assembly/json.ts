// As much of JSON as this example needs. The platform gives and takes valid JSON only.

/** The fields of an object, with their values as JSON. */
export function fields(json: string): Map<string, string> {
  const all = new Map<string, string>();
  let at = skipSpace(json, json.indexOf("{") + 1);
  while (at < json.length && json.charAt(at) != "}") {
    const afterKey = skipValue(json, at);
    const key = text(json.substring(at, afterKey));
    const start = skipSpace(json, json.indexOf(":", afterKey) + 1);
    const end = skipValue(json, start);
    all.set(key, json.substring(start, end));
    at = skipSpace(json, end);
    if (json.charAt(at) == ",") at = skipSpace(json, at + 1);
  }
  return all;
}

/** The field of an object, or `null` as JSON. */
export function field(json: string, key: string): string {
  const all = fields(json);
  return all.has(key) ? all.get(key) : "null";
}

/** Writes what `fields` reads. */
export function object(all: Map<string, string>): string {
  const parts: string[] = [];
  const keys = all.keys();
  for (let i = 0; i < keys.length; i++) {
    parts.push(quote(keys[i]) + ":" + all.get(keys[i]));
  }
  return "{" + parts.join(",") + "}";
}

/** A string from its JSON; empty for any other value. */
export function text(json: string): string {
  if (!json.startsWith('"')) return "";
  let read = "";
  for (let at = 1; at < json.length - 1; at++) {
    if (json.charAt(at) != "\\") {
      read += json.charAt(at);
      continue;
    }
    const escaped = json.charAt(++at);
    if (escaped == "u") {
      read += String.fromCharCode(<i32>parseInt(json.substring(at + 1, at + 5), 16));
      at += 4;
    } else {
      const known = "nrtbf".indexOf(escaped);
      read += known < 0 ? escaped : "\n\r\t\b\f".charAt(known);
    }
  }
  return read;
}

/** JSON of a string. */
export function quote(text: string): string {
  let written = '"';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code == 0x22 || code == 0x5c) written += "\\" + text.charAt(at);
    else if (code < 0x20) written += "\\u00" + (code < 16 ? "0" : "1") + (code & 15).toString(16);
    else written += text.charAt(at);
  }
  return written + '"';
}

function skipSpace(json: string, from: i32): i32 {
  let at = from;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Where the value that begins at an index ends. */
function skipValue(json: string, from: i32): i32 {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < json.length; at++) {
    const each = json.charAt(at);
    if (quoted) {
      if (each == "\\") at++;
      else if (each == '"') quoted = false;
    } else if (each == '"') {
      quoted = true;
    } else if (each == "{" || each == "[") {
      depth++;
    } else if ((each == "}" || each == "]") && depth > 0) {
      depth--;
    } else if (depth == 0 && (each == "," || each == "}" || each == "]" || each == ":")) {
      return at;
    }
    if (!quoted && depth == 0 && (each == '"' || each == "}" || each == "]")) return at + 1;
  }
  return json.length;
}
