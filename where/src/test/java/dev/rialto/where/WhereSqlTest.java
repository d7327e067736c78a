package dev.rialto.where;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.App;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.model.ClassPermissions;
import dev.rialto.model.ClassSchema;
import dev.rialto.model.Field;
import dev.rialto.model.FieldPath;
import dev.rialto.model.FieldType;
import dev.rialto.model.Predicate;
import dev.rialto.model.QueryLimits;
import dev.rialto.model.SubQuery;
import dev.rialto.model.Value;
import dev.rialto.model.Where;
import dev.rialto.model.WhereParser;
import dev.rialto.store.Sql;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhereSqlTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final App APP = new App("places", "places");
    private static final ClassSchema CITY = schema("City");
    private static final String TABLE = Table.of(APP, "City");
    private static final WhereParser PARSER =
            new WhereParser(QueryLimits.DEFAULT, InstantSource.system());

    private static ClassSchema schema(String name) {
        var fields = new LinkedHashMap<String, Field>();
        fields.put("objectId", Field.of(new FieldType.Text()));
        fields.put("name", Field.of(new FieldType.Text()));
        fields.put("population", Field.of(new FieldType.Number()));
        fields.put("place", Field.of(new FieldType.GeoPoint()));
        fields.put("tags", Field.of(new FieldType.Array()));
        fields.put("twin", Field.of(new FieldType.Pointer("City")));
        return new ClassSchema(
                name,
                fields,
                new ClassPermissions(Map.of(), List.of(), List.of(), Map.of(), Json.object()),
                Collections.emptySortedMap(),
                1);
    }

    @BeforeAll
    static void fill() {
        for (String statement :
                List.of(
                        "CREATE SCHEMA places",
                        "CREATE TABLE "
                                + TABLE
                                + " (\"objectId\" text PRIMARY KEY, name text, population double"
                                + " precision, place point, tags jsonb, twin text)",
                        "INSERT INTO "
                                + TABLE
                                + " SELECT 'c' || i, 'city ' || i || ' of ' || md5(i::text), i,"
                                + " point((i * 7919) % 360 - 180, (i * 104729) % 180 - 90),"
                                + " jsonb_build_array('t' || i, i), 'c' || i / 2"
                                + " FROM generate_series(1, 20000) AS i",
                        "CREATE INDEX ON " + TABLE + " (name)",
                        "CREATE INDEX ON " + TABLE + " (population)",
                        "CREATE INDEX ON " + TABLE + " USING gist (place)",
                        "CREATE INDEX ON " + TABLE + " USING gin (tags jsonb_path_ops)",
                        "CREATE INDEX ON " + TABLE + " USING gin (to_tsvector('english', name))",
                        "ANALYZE " + TABLE)) {
            POSTGRES.database().update(Sql.of(statement));
        }
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static Where parse(String where) {
        return PARSER.parse(Json.read(where.replace('\'', '"')), CITY);
    }

    private static Sql select(Where where, QueryAccess access) {
        return Sql.of("SELECT t.\"objectId\" FROM " + TABLE + " t WHERE ")
                .add(
                        new WhereSql(
                                        APP,
                                        name ->
                                                Optional.of(CITY)
                                                        .filter(c -> c.name().equals(name)),
                                        access)
                                .compile(CITY, "t", where));
    }

    private static List<String> find(String where) {
        return POSTGRES.database()
                .query(select(parse(where), QueryAccess.unrestricted()), row -> row.getString(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'objectId': 'c7'}",
                "{'name': {'$in': ['city 1', 'city 2']}}",
                "{'name': {'$regex': '^city 77'}}",
                "{'name': {'$regex': '^\\\\Qcity 77\\\\E'}}",
                "{'population': {'$gt': 3, '$lte': 9}}",
                "{'tags': 't77'}",
                "{'tags': {'$in': ['t77', 12]}}",
                "{'place': {'$nearSphere': {'latitude': 1, 'longitude': 2}, '$maxDistance': 0.01}}",
                "{'place': {'$geoWithin': {'$centerSphere': [[179.9, 2], 0.01]}}}",
                "{'name': {'$text': {'$search': {'$term': 'c4ca4238a0b923820dcc509a6f75849b'}}}}",
                "{'twin': {'$inQuery': {'className': 'City', 'where': {'objectId': 'c7'}}},"
                        + " 'population': {'$lt': 20}}",
            })
    void leavesTheSearchToAnIndex(String where) {
        List<String> plan =
                POSTGRES.database()
                        .query(
                                Sql.of("EXPLAIN ")
                                        .add(select(parse(where), QueryAccess.unrestricted())),
                                row -> row.getString(1));

        assertThat(String.join("\n", plan)).contains("Index").doesNotContain("Seq Scan");
    }

    @Test
    void aPrefixStandsForItself() {
        var percent = new Predicate.Regex("^\\Q10% of\\E", "");
        var underscore = new Predicate.Regex("^a_", "");
        var backslash = new Predicate.Regex("^\\Qa\\b\\E", "");

        assertThat(matches("10% off", percent)).isTrue();
        assertThat(matches("10 dollars of", percent)).isFalse();
        assertThat(matches("only 10% of", percent)).isFalse();
        assertThat(matches("a_b", underscore)).isTrue();
        assertThat(matches("axb", underscore)).isFalse();
        assertThat(matches("a\\b", backslash)).isTrue();
        assertThat(matches("ab", backslash)).isFalse();
    }

    private static boolean matches(String text, Predicate.Regex regex) {
        return POSTGRES.database()
                .queryFirst(
                        Sql.of("SELECT ")
                                .add(ColumnSql.matches("given.text", regex))
                                .add(" FROM (SELECT ?::text AS text) AS given", text),
                        row -> row.getBoolean(1))
                .orElseThrow();
    }

    @Test
    void findsAcrossTheDateLineAndAtThePoles() {
        assertThat(find("{'place': {'$geoWithin': {'$centerSphere': [[180, 0], 0.3]}}}"))
                .isNotEmpty()
                .hasSameElementsAs(
                        find("{'place': {'$geoWithin': {'$centerSphere': [[-180, 0], 0.3]}}}"));
        assertThat(find("{'place': {'$geoWithin': {'$centerSphere': [[0, 90], 0.1]}}}"))
                .isNotEmpty()
                .hasSameElementsAs(
                        find("{'place': {'$geoWithin': {'$centerSphere': [[120, 90], 0.1]}}}"));
    }

    @Test
    void ordersByDistance() {
        Where near = parse("{'place': {'$nearSphere': {'latitude': 10, 'longitude': 179}}}");
        List<Double> distances =
                POSTGRES.database()
                        .query(
                                Sql.of("SELECT ")
                                        .add(WhereSql.distance(CITY, "t", near).orElseThrow())
                                        .add(" FROM " + TABLE + " t ORDER BY 1 LIMIT 5"),
                                row -> row.getDouble(1));

        assertThat(distances).isSorted().allMatch(distance -> distance >= 0 && distance <= 1);
        assertThat(WhereSql.distance(CITY, "t", Where.all())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "english, running, run, true",
        "en, running, run, true",
        "none, running, run, false",
        "german, Häusern, Haus, true",
        "de, Läufen, Laufen, true",
        "es, perros, perro, true",
        "french, chevaux, cheval, true",
    })
    void searchesTextByLanguage(String language, String stored, String term, boolean found) {
        String id = "text " + language + stored;
        POSTGRES.database()
                .update(
                        Sql.of(
                                "INSERT INTO " + TABLE + " (\"objectId\", name) VALUES (?, ?)",
                                id,
                                stored));

        assertThat(
                        find(
                                "{'name': {'$text': {'$search': {'$term': '"
                                        + term
                                        + "', '$language': '"
                                        + language
                                        + "'}}}}"))
                .matches(ids -> ids.contains(id) == found);
    }

    @Test
    void ranksTextSearches() {
        Where search = parse("{'name': {'$text': {'$search': {'$term': 'city'}}}}");

        assertThat(
                        POSTGRES.database()
                                .queryFirst(
                                        Sql.of("SELECT ")
                                                .add(
                                                        WhereSql.score(CITY, "t", search)
                                                                .orElseThrow())
                                                .add(" FROM " + TABLE + " t WHERE name ~ '^city'"),
                                        row -> row.getDouble(1)))
                .hasValueSatisfying(score -> assertThat(score).isPositive());
    }

    @Test
    void refusesUnknownLanguages() {
        assertThatThrownBy(() ->
                        find(
                                "{'name': {'$text': {'$search': {'$term': 'x', '$language':"
                                        + " 'klingon); drop'}}}}"))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_QUERY));
    }

    @Test
    void boundsSubQueries() {
        assertThat(
                        find(
                                "{'name': {'$select': {'key': 'name', 'query': {'className': 'City',"
                                        + " 'where': {'population': {'$gte': 100}}, 'order':"
                                        + " 'population', 'limit': 2, 'skip': 1}}}}"))
                .containsExactlyInAnyOrder("c101", "c102");
    }

    /// Lets nobody see anything but cities below 5, and refuses `$select` and relations.
    private static final class Strict implements QueryAccess {
        @Override
        public Sql condition(
                ClassSchema schema, String alias, SubQuery query, Optional<FieldPath> key) {
            if (key.isPresent()) {
                throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "no " + key.get());
            }
            return Sql.of(alias + ".population < ? OR FALSE", 5.0);
        }

        @Override
        public Sql owner(Value.Pointer owner, String key, String alias) {
            throw new RialtoException(ErrorCode.OPERATION_FORBIDDEN, "no " + key);
        }
    }

    @Test
    void addsAccessRulesToSubQueries() {
        Where where = parse("{'twin': {'$inQuery': {'className': 'City', 'where': {}}}}");

        assertThat(POSTGRES.database().query(select(where, new Strict()), row -> row.getString(1)))
                .containsExactlyInAnyOrder("c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name': {'$select': {'query': {'className': 'City'}, 'key': 'name'}}}",
                "{'unknown': {'$dontSelect': {'query': {'className': 'City'}, 'key': 'name'}}}",
                "{'tags': {'$select': {'query': {'className': 'City'}, 'key': 'unknown'}}}",
                "{'$relatedTo': {'key': 'r', 'object': {'__type': 'Pointer', 'className': 'X',"
                        + " 'objectId': '1'}}}",
            })
    void asksForAccessEvenWhereNothingCanMatch(String where) {
        assertThatThrownBy(() -> select(parse(where), new Strict()))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        failure ->
                                assertThat(failure.code())
                                        .isEqualTo(ErrorCode.OPERATION_FORBIDDEN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'name': '\u2019; DROP TABLE x; --'}",
                "{'name': {'$regex': '\\\\Q\u2019\\\\E; --'}}",
                "{'tags': ['\u2019', {'a': '?'}]}",
                "{'population': '5'}",
                "{'population': {'$in': ['5', null, true]}}",
                "{'place': {'$gt': 5}}",
                "{'twin': {'$gt': 'c'}}",
                "{'nowhere': {'$inQuery': {'className': 'Nope', 'where': {}}}}",
            })
    void neverLetsPostgresStumble(String where) {
        assertThat(
                        POSTGRES.database()
                                .query(
                                        select(
                                                PARSER.parse(
                                                        Json.read(
                                                                where.replace('\'', '"')
                                                                        .replace('\u2019', '\'')),
                                                        CITY),
                                                QueryAccess.unrestricted()),
                                        row -> row.getString(1)))
                .isNotNull();
    }

    @Test
    void answersTheLargestQueryThatIsAllowed() {
        String many = "{'$or': [" + "{'tags': {'$all': [1, 'x']}},".repeat(990) + "{}]}";
        String deep = "{'$nor':[".repeat(20) + "{'population':1}" + "]}".repeat(20);
        String list = "{'population': {'$nin': [" + "1,".repeat(9_999) + "2]}}";

        assertThat(find(many)).hasSizeGreaterThanOrEqualTo(20_000);
        assertThat(find(deep)).containsExactly("c1");
        assertThat(find(list)).hasSizeGreaterThanOrEqualTo(19_998);
    }
}
