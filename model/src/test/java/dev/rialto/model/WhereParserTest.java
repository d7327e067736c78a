package dev.rialto.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WhereParserTest {
    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00.123456Z");
    private static final WhereParser PARSER =
            new WhereParser(QueryLimits.DEFAULT, InstantSource.fixed(NOW));
    private static final ClassSchema SCHEMA = schema();

    private static ClassSchema schema() {
        var fields = new LinkedHashMap<String, Field>();
        fields.put("createdAt", Field.of(new FieldType.Date()));
        fields.put("due", Field.of(new FieldType.Date()));
        fields.put("n", Field.of(new FieldType.Number()));
        return new ClassSchema(
                "Thing",
                fields,
                new ClassPermissions(Map.of(), List.of(), List.of(), Map.of(), Json.object()),
                Collections.emptySortedMap(),
                1);
    }

    private static Where parse(String where) {
        return PARSER.parse(Json.read(where), SCHEMA);
    }

    private static Predicate predicate(String operators) {
        assertThat(parse("{\"f\": " + operators + "}")).isInstanceOf(Where.On.class);
        return ((Where.On) parse("{\"f\": " + operators + "}")).predicate();
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    private static Value number(double number) {
        return new Value.Number(number);
    }

    record Reading(String operators, Predicate predicate) {}

    static List<Reading> readings() {
        var here = new Value.GeoPoint(1, 2);
        String place = "{\"__type\": \"GeoPoint\", \"latitude\": 1, \"longitude\": 2}";
        var all =
                new SubQuery("C", Where.all(), List.of(), OptionalInt.empty(), OptionalInt.empty());
        return List.of(
                new Reading("1", new Predicate.Equal(number(1))),
                new Reading("null", new Predicate.Equal(new Value.Null())),
                new Reading("{\"$eq\": \"x\"}", new Predicate.Equal(text("x"))),
                new Reading("{\"$ne\": \"x\"}", new Predicate.NotEqual(text("x"))),
                new Reading(
                        "{\"$lt\": 1}",
                        new Predicate.Compare(Predicate.Comparison.LESS, number(1))),
                new Reading(
                        "{\"$gte\": \"x\"}",
                        new Predicate.Compare(Predicate.Comparison.GREATER_OR_EQUAL, text("x"))),
                new Reading(
                        "{\"$in\": [1, null]}",
                        new Predicate.In(List.of(number(1), new Value.Null()))),
                new Reading("{\"$nin\": []}", new Predicate.NotIn(List.of())),
                new Reading("{\"$exists\": true}", new Predicate.Exists(true)),
                new Reading("{\"$exists\": 0}", new Predicate.Exists(false)),
                new Reading("{\"$all\": [\"a\"]}", new Predicate.All(List.of(text("a")))),
                new Reading(
                        "{\"$all\": [{\"$regex\": \"^a\"}]}",
                        new Predicate.AllMatching(List.of(new Predicate.Regex("^a", "")))),
                new Reading("{\"$all\": [{\"$unknown\": \"a\"}]}", new Predicate.In(List.of())),
                new Reading(
                        "{\"$containedBy\": [1]}", new Predicate.ContainedBy(List.of(number(1)))),
                new Reading(
                        "{\"$regex\": \"a\", \"$options\": \"im\"}",
                        new Predicate.Regex("a", "im")),
                new Reading(
                        "{\"$not\": {\"$gt\": 1}}",
                        new Predicate.Not(
                                new Predicate.Compare(Predicate.Comparison.GREATER, number(1)))),
                new Reading(
                        "{\"$text\": {\"$search\": {\"$term\": \"t\", \"$language\": \"de\"}}}",
                        new Predicate.TextSearch("t", Optional.of("de"), false, true)),
                new Reading(
                        "{\"$nearSphere\": " + place + "}",
                        new Predicate.Near(here, OptionalDouble.empty())),
                new Reading(
                        "{\"$nearSphere\": " + place + ", \"$maxDistanceInKilometers\": 6371}",
                        new Predicate.Near(here, OptionalDouble.of(1))),
                new Reading(
                        "{\"$nearSphere\": " + place + ", \"$maxDistanceInMiles\": 3958.8}",
                        new Predicate.Near(here, OptionalDouble.of(1))),
                new Reading(
                        "{\"$within\": {\"$box\": [" + place + "," + place + "]}}",
                        new Predicate.WithinBox(here, here)),
                new Reading(
                        "{\"$geoWithin\": {\"$polygon\": [[2, 1], " + place + ", [3, 4]]}}",
                        new Predicate.WithinPolygon(List.of(here, here, new Value.GeoPoint(4, 3)))),
                new Reading(
                        "{\"$geoWithin\": {\"$centerSphere\": [[2, 1], 0.5]}}",
                        new Predicate.WithinSphere(here, 0.5)),
                new Reading(
                        "{\"$geoIntersects\": {\"$point\": " + place + "}}",
                        new Predicate.Intersects(here)),
                new Reading(
                        "{\"$inQuery\": {\"className\": \"C\", \"where\": {}}}",
                        new Predicate.InQuery(all)),
                new Reading(
                        "{\"$notInQuery\": {\"className\": \"C\", \"where\": {}, \"limit\": 3,"
                                + " \"order\": \"-a\", \"keys\": \"x\"}}",
                        new Predicate.NotInQuery(
                                new SubQuery(
                                        "C",
                                        Where.all(),
                                        List.of("-a"),
                                        OptionalInt.of(3),
                                        OptionalInt.empty()))),
                new Reading(
                        "{\"$select\": {\"query\": {\"className\": \"C\"}, \"key\": \"a.b\"}}",
                        new Predicate.Select(all, FieldPath.of("a.b"))),
                new Reading(
                        "{\"$dontSelect\": {\"query\": {\"className\": \"C\"}, \"key\": \"a\"}}",
                        new Predicate.DontSelect(all, FieldPath.of("a"))));
    }

    @ParameterizedTest
    @MethodSource("readings")
    void readsOperators(Reading reading) {
        assertThat(predicate(reading.operators())).isEqualTo(reading.predicate());
    }

    @Test
    void holdsAValueAndTheOperatorsBesideIt() {
        Where both =
                parse(
                        """
                        {"p": {"__type": "Pointer", "className": "C", "objectId": "x",
                               "$dontSelect": {"key": "p", "query": {"className": "D"}}}}
                        """);

        assertThat(both).isInstanceOf(Where.And.class);
        assertThat(((Where.And) both).parts())
                .contains(
                        new Where.On(
                                FieldPath.of("p"),
                                new Predicate.Equal(new Value.Pointer("C", "x"))))
                .hasSize(2);
    }

    @Test
    void followsARedirectInsideAQuery() {
        var fields = new LinkedHashMap<String, Field>();
        fields.put("boss", Field.of(new FieldType.Pointer("Person")));
        var schema =
                new ClassSchema(
                        "Team", fields, SCHEMA.permissions(), Collections.emptySortedMap(), 1);
        Where where =
                PARSER.parse(
                        Json.read(
                                """
                                {"p": {"$inQuery": {"className": "Team", "where": {},
                                                    "redirectClassNameForKey": "boss"}}}
                                """),
                        "Thing",
                        name -> Optional.of(schema).filter(known -> known.name().equals(name)));

        assertThat(((Where.On) where).predicate())
                .isInstanceOfSatisfying(
                        Predicate.InQuery.class,
                        found -> assertThat(found.query().className()).isEqualTo("Person"));
    }

    record Refusal(String where, int code, String message) {}

    static List<Refusal> refusals() {
        return List.of(
                new Refusal("{'$foo': 1}", 105, "Invalid key name: $foo"),
                new Refusal("{'a-b': 1}", 105, "Invalid key name: a-b"),
                new Refusal("{'_hashed_password': 1}", 105, "Invalid key name: _hashed_password"),
                new Refusal("{'__proto__': 1}", 105, "Invalid key name: __proto__"),
                new Refusal("{'': 1}", 105, "Invalid key name: "),
                new Refusal("{'a..b': 1}", 105, "Invalid key name: a..b"),
                new Refusal("{'a;drop table': 1}", 105, "Invalid key name: a;drop table"),
                new Refusal("{'f': {'$foo': 1}}", 102, "bad constraint: $foo"),
                new Refusal(
                        "{'f': {'a': {'$gt': 1}}}",
                        121,
                        "Nested keys should not contain the '$' or '.' characters"),
                new Refusal("{'ACL': 1}", 102, "Cannot query on ACL."),
                new Refusal("[]", 107, "bad where: should be an object"),
                new Refusal("{'$or': {}}", 102, "Bad $or format - use an array value."),
                new Refusal("{'$or': []}", 102, "Bad $or format - use an array value."),
                new Refusal("{'$and': 1}", 102, "Bad $and format - use an array value."),
                new Refusal(
                        "{'$nor': []}", 102, "Bad $nor format - use an array of at least 1 value."),
                new Refusal("{'$or': [1]}", 107, "bad where: should be an object"),
                new Refusal("{'f': {'$in': 1}}", 107, "bad $in value"),
                new Refusal("{'f': {'$nin': {}}}", 107, "bad $nin value"),
                new Refusal("{'f': {'$all': 'x'}}", 107, "bad $all value"),
                new Refusal(
                        "{'f': {'$containedBy': 1}}", 107, "bad $containedBy: should be an array"),
                new Refusal("{'f': {'$not': 1}}", 107, "bad $not value"),
                new Refusal("{'f': {'$regex': 1}}", 102, "$regex value must be a string"),
                new Refusal(
                        "{'f': {'$regex': 'a', '$options': 1}}",
                        102,
                        "$options value must be a string"),
                new Refusal(
                        "{'f': {'$regex': 'a', '$options': 'q'}}",
                        102,
                        "Bad $options value for query: q"),
                new Refusal(
                        "{'f': {'$inQuery': {'where': {}}}}", 102, "improper usage of $inQuery"),
                new Refusal("{'f': {'$notInQuery': 1}}", 102, "improper usage of $notInQuery"),
                new Refusal("{'f': {'$select': {'key': 'a'}}}", 102, "improper usage of $select"),
                new Refusal(
                        "{'f': {'$dontSelect': {'query': {'className': 'C', 'where': {}}, 'key': 'a', 'x': 1}}}",
                        102,
                        "improper usage of $dontSelect"),
                new Refusal("{'$relatedTo': {'key': 'r'}}", 102, "improper usage of $relatedTo"),
                new Refusal("{'f': {'$text': 'x'}}", 107, "bad $text: $search, should be object"),
                new Refusal(
                        "{'f': {'$text': {'$search': {}}}}",
                        107,
                        "bad $text: $term, should be string"),
                new Refusal(
                        "{'f': {'$text': {'$search': {'$term': 'x', '$language': 1}}}}",
                        107,
                        "bad $text: $language, should be string"),
                new Refusal(
                        "{'f': {'$text': {'$search': {'$term': 'x', '$caseSensitive': 1}}}}",
                        107,
                        "bad $text: $caseSensitive, should be boolean"),
                new Refusal("{'f': {'$within': {}}}", 107, "malformatted $within arg"),
                new Refusal("{'f': {'$geoWithin': {}}}", 107, "bad $geoWithin value"),
                new Refusal(
                        "{'f': {'$geoWithin': {'$polygon': [[1, 2]]}}}",
                        107,
                        "bad $geoWithin value; $polygon should contain at least 3 GeoPoints"),
                new Refusal(
                        "{'f': {'$geoWithin': {'$polygon': 1}}}",
                        107,
                        "bad $geoWithin value; $polygon should be Polygon object or Array of"
                                + " Parse.GeoPoint's"),
                new Refusal(
                        "{'f': {'$geoWithin': {'$centerSphere': [[1, 2], -1]}}}",
                        107,
                        "bad $geoWithin value; $centerSphere distance invalid"),
                new Refusal(
                        "{'f': {'$geoWithin': {'$centerSphere': 1}}}",
                        107,
                        "bad $geoWithin value; $centerSphere should be an array of Parse.GeoPoint and"
                                + " distance"),
                new Refusal(
                        "{'f': {'$geoIntersects': {'$point': [1, 2]}}}",
                        107,
                        "bad $geoIntersect value; $point should be GeoPoint"),
                new Refusal(
                        "{'f': {'$nearSphere': {'latitude': 91, 'longitude': 0}}}",
                        107,
                        "GeoPoint latitude out of bounds: 91.0 > 90.0."),
                new Refusal(
                        "{'due': {'$lt': {'$relativeTime': 'bogus'}}}",
                        107,
                        "bad $relativeTime (bogus) value. Time should either start with 'in' or end"
                                + " with 'ago'"),
                new Refusal(
                        "{'n': {'$lt': {'$relativeTime': 'now'}}}",
                        107,
                        "$relativeTime can only be used with Date field"),
                new Refusal(
                        "{'due': {'$eq': {'$relativeTime': 'now'}}}",
                        107,
                        "$relativeTime can only be used with the $lt, $lte, $gt, and $gte operators"),
                new Refusal("{'createdAt': 'x'}", 107, "bad createdAt value; should be a date"),
                new Refusal("{'f': {'__type': 'Weird'}}", 111, "This is not a valid Weird"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void refusesMistakesAsParseDoes(Refusal refusal) {
        String where = refusal.where().replace('\'', '"');

        assertThatThrownBy(() -> parse(where))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> {
                            assertThat(failure).hasMessage(refusal.message());
                            assertThat(failure.code().number()).isEqualTo(refusal.code());
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "now, 2026-07-01T12:00:00.123Z",
        "in 5 days 2 hours, 2026-07-06T14:00:00.123Z",
        "3 weeks ago, 2026-06-10T12:00:00.123Z",
        "1 yr 1 sec ago, 2025-07-01T11:59:59.123Z",
        "IN 10 MINS, 2026-07-01T12:10:00.123Z",
    })
    void countsRelativeTimesFromTheClock(String text, String time) {
        assertThat(parse("{\"due\": {\"$gt\": {\"$relativeTime\": \"" + text + "\"}}}"))
                .isEqualTo(
                        new Where.On(
                                FieldPath.of("due"),
                                new Predicate.Compare(
                                        Predicate.Comparison.GREATER,
                                        new Value.Date(Instant.parse(time)))));
    }

    @ParameterizedTest
    @CsvSource({
        "in 5",
        "in 5 days ago",
        "5 days",
        "in x days",
        "in 5 moons",
        "in 99999999999 years"
    })
    void refusesUnreadableRelativeTimes(String text) {
        assertThatThrownBy(() -> RelativeTime.read(text, NOW))
                .isInstanceOf(RialtoException.class)
                .hasMessageStartingWith("bad $relativeTime (" + text + ") value. ");
    }

    @Test
    void readsPlainTextAsDateInServerTimes() {
        assertThat(parse("{\"createdAt\": {\"$gt\": \"2026-01-01T00:00:00.000Z\"}}"))
                .isEqualTo(
                        new Where.On(
                                FieldPath.of("createdAt"),
                                new Predicate.Compare(
                                        Predicate.Comparison.GREATER,
                                        new Value.Date(Instant.parse("2026-01-01T00:00:00Z")))));
    }

    @Test
    void combinesKeysAndOperatorsWithAnd() {
        assertThat(parse("{\"a\": {\"$gt\": 1, \"$lt\": 2}, \"$or\": [{\"b\": 1}, {}]}"))
                .isInstanceOfSatisfying(
                        Where.And.class,
                        and -> {
                            assertThat(and.parts()).hasSize(3);
                            assertThat(and.parts().getLast()).isInstanceOf(Where.Or.class);
                        });
    }

    @Test
    void readsRelatedTo() {
        assertThat(
                        parse(
                                "{\"$relatedTo\": {\"object\": {\"__type\": \"Pointer\","
                                        + " \"className\": \"A\", \"objectId\": \"1\"}, \"key\": \"r\"}}"))
                .isEqualTo(new Where.RelatedTo(new Value.Pointer("A", "1"), "r"));
    }

    @Test
    void refusesConditionsThatAreTooDeep() {
        String deep = "{\"$or\":[".repeat(21) + "{\"a\":1}" + "]}".repeat(21);
        String allowed = "{\"$or\":[".repeat(20) + "{\"a\":1}" + "]}".repeat(20);

        assertThat(parse(allowed)).isNotNull();
        assertThatThrownBy(() -> parse(deep))
                .hasMessage("Query condition nesting depth exceeds maximum allowed depth of 20");
        assertThatThrownBy(() ->
                        parse("{\"a\":" + "{\"$not\":".repeat(21) + "{\"$gt\":1}" + "}".repeat(22)))
                .hasMessage("Query condition nesting depth exceeds maximum allowed depth of 20");
    }

    @Test
    void refusesTooManyConstraintsAndValues() {
        assertThatThrownBy(() -> parse("{\"$or\":[" + "{\"a\":1},".repeat(2_000) + "{}]}"))
                .hasMessage("The query has too many constraints; at most 2000 are allowed");
        assertThatThrownBy(() -> parse("{\"a\":{\"$in\":[" + "1,".repeat(10_000) + "1]}}"))
                .hasMessage("The query has too many values; at most 10000 are allowed");
    }

    @Test
    void refusesSubQueriesThatAreTooDeep() {
        String open = "{\"a\":{\"$inQuery\":{\"className\":\"C\",\"where\":";

        assertThatThrownBy(() -> parse(open.repeat(6) + "{}" + "}}}".repeat(6)))
                .hasMessage("The query has queries inside queries deeper than 5");
    }

    @Test
    void refusesLongExpressions() {
        assertThatThrownBy(() -> parse("{\"a\":{\"$regex\":\"" + "a".repeat(1_001) + "\"}}"))
                .hasMessage("$regex is too long; at most 1000 characters are allowed");
    }
}
