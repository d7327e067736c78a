// Articles get a slug, the part of their address that is made of their title.
import { field, fields, object, quote, text } from "./json";
import { fail, info, input, output, request } from "./rialto";

const INVALID = 142;

/** `Ten Ways to Say "Hello"` becomes `ten-ways-to-say-hello`. */
function slugOf(title: string): string {
  let slug = "";
  for (let at = 0; at < title.length; at++) {
    const each = title.charAt(at).toLowerCase();
    const isKept = (each >= "a" && each <= "z") || (each >= "0" && each <= "9");
    if (isKept) slug += each;
    else if (slug != "" && !slug.endsWith("-")) slug += "-";
  }
  return slug.endsWith("-") ? slug.substring(0, slug.length - 1) : slug;
}

/** How many articles have a slug. */
function countOf(slug: string): string {
  const answer = request(
    `{"op":"findObjects","className":"Article","query":{"where":{"slug":${quote(slug)}},"limit":0,"count":1}}`,
  );
  const error = field(answer, "error");
  if (error != "null") fail(<i32>parseInt(field(error, "code")), text(field(error, "message")));
  return field(field(answer, "value"), "count");
}

/** Before an article is saved. */
export function beforeSaveArticle(): void {
  const article = fields(field(input(), "object"));
  const title = article.has("title") ? text(article.get("title")) : "";
  const slug = slugOf(title);
  if (slug == "") fail(INVALID, "An article needs a title with a letter or a digit.");
  article.set("slug", quote(slug));
  info("slug " + slug);
  output(object(article));
}

/** Cloud function: the slug that a title would get, and how many articles have it. */
export function slug(): void {
  const made = slugOf(text(field(input(), "title")));
  output(`{"slug":${quote(made)},"taken":${countOf(made)}}`);
}
