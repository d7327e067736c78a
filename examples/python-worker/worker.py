"""Ratings of books: functions, a trigger and an endpoint in Python."""

import base64
import html

import rialto


@rialto.function("cloud-rate")
def rate(call):
    fields = {"book": call.input["book"], "stars": call.input["stars"]}
    saved = call.ask("createObject", who="caller", className="Rating", fields=fields)
    call.ask("removeCached", key=fields["book"])
    call.log(f"rating {saved['objectId']} gives {fields['book']} {fields['stars']} stars")
    return {"average": average_of(call, fields["book"])}


@rialto.function("cloud-average")
def average(call):
    return {"average": average_of(call, call.input["book"])}


def average_of(call, book):
    known = call.ask("getCached", key=book)
    if known is not None:
        return float(known)
    query = {"where": {"book": book}, "limit": 1000}
    ratings = call.ask("findObjects", who="master", className="Rating", query=query)["results"]
    if not ratings:
        raise rialto.Failure(101, f"Nobody has rated {book}.")
    mean = sum(each["stars"] for each in ratings) / len(ratings)
    call.ask("putCached", key=book, value=str(mean), keptFor=60_000)
    return mean


@rialto.function("trigger-rating")
def before_save(call):
    """Whoever writes a rating gets here; what is returned is saved."""
    rating = call.input["object"]
    if rating.get("stars") not in [1, 2, 3, 4, 5]:
        raise rialto.Failure(10001, "A rating has 1 to 5 stars.")
    return rating


@rialto.function("web-page")
def page(call):
    book = call.input["parameters"]["book"]
    text = f"<h1>{html.escape(book)}</h1><p>{average_of(call, book):.1f} of 5 stars</p>"
    return {
        "status": 200,
        "headers": {"Content-Type": "text/html; charset=utf-8"},
        "bytes": base64.b64encode(text.encode()).decode(),
    }


rialto.serve()
