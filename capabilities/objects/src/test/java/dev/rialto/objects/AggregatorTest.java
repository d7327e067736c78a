package dev.rialto.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.testing.TestDatabase;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AggregatorTest {
    private static final TestDatabase POSTGRES = TestDatabase.create();
    private static final Caller MASTER = new Caller.Master();
    private static final ObjectsSettings SETTINGS = ObjectsSettings.defaults();
    private static final ObjectsModule MODULE =
            new ObjectsModule(
                    POSTGRES.database(),
                    InstantSource.system(),
                    (_, name) -> "http://files/" + name,
                    SETTINGS,
                    (_, _) -> {});

    @BeforeAll
    static void sell() {
        for (String sale :
                new String[] {
                    """
                    {"n": 1, "item": "tea", "price": 2, "quantity": 10, "tags": ["hot", "drink"],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopA"},
                     "at": {"__type": "Date", "iso": "2024-03-01T10:20:30.400Z"},
                     "place": {"__type": "GeoPoint", "latitude": 0, "longitude": 1},
                     "o": {"k": "x", "deep": {"a": 1, "b": 2}}, "paid": true,
                     "bill": {"__type": "File", "name": "bill.txt"}}\
                    """,
                    """
                    {"n": 2, "item": "tea", "price": 4, "quantity": 5, "tags": ["drink"],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopB"},
                     "at": {"__type": "Date", "iso": "2024-03-03T00:00:00.000Z"},
                     "place": {"__type": "GeoPoint", "latitude": 0, "longitude": 3},
                     "o": {"k": "y", "when": {"__type": "Date", "iso": "2023-02-01T00:00:00.000Z"}},
                     "paid": false}\
                    """,
                    """
                    {"n": 3, "item": "Bread", "price": 3, "quantity": 1, "tags": [],
                     "shop": {"__type": "Pointer", "className": "Shop", "objectId": "shopA"},
                     "at": {"__type": "Date", "iso": "2025-12-31T23:59:59.999Z"},
                     "o": {"k": "x", "list": [{"v": 1}, {"v": 2}]}}\
                    """,
                    """
                    {"n": 4, "item": "salt"}\
                    """
                }) {
            create("Sale", sale);
        }
    }

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private static ObjectNode create(String className, String fields) {
        return MODULE.objects()
                .create(
                        POSTGRES.app(),
                        MASTER,
                        Optional.empty(),
                        className,
                        Json.read(fields).asObject());
    }

    private static Aggregator aggregator(ObjectsSettings settings) {
        return new Aggregator(
                POSTGRES.database(),
                MODULE.schemas(),
                new Queries(MODULE.schemas(), Map.of(), InstantSource.system()),
                Map.of(),
                (_, name) -> "http://files/" + name,
                settings);
    }

    private static JsonNode ask(String className, String parameters) {
        AggregateRequest request = AggregateRequest.read(Json.read(parameters).asObject());
        return Json.read(
                        aggregator(SETTINGS)
                                .aggregate(POSTGRES.app(), MASTER, className, request)
                                .getValue())
                .path("results");
    }

    private static JsonNode run(String stages) {
        ObjectNode parameters = Json.object();
        parameters.put("pipeline", "[" + stages + "]");
        return ask("Sale", Json.write(parameters));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                // Groups
                "{'$group':{'_id':'$item','t':{'$sum':'$quantity'}}},{'$sort':{'_id':1}}"
                        + "~[{'objectId':'Bread','t':1},{'objectId':'salt','t':0},{'objectId':'tea','t':15}]",
                "{'$group':{'_id':null,'s':{'$sum':'$price'},'a':{'$avg':'$price'},"
                        + "'l':{'$min':'$price'},'m':{'$max':'$price'},'c':{'$count':{}},'one':{'$sum':1}}}"
                        + "~[{'objectId':null,'s':9,'a':3,'l':2,'m':4,'c':4,'one':4}]",
                "{'$group':{'_id':''}}~[{'objectId':null}]",
                "{'$group':{'_id':{}}}~[{'objectId':null}]",
                "{'$group':{'_id':[]}}~[{'objectId':null}]",
                "{'$group':{'_id':'$shop','c':{'$sum':1}}},{'$sort':{'c':-1,'_id':1}},{'$limit':1}"
                        + "~[{'objectId':'shopA','c':2}]",
                "{'$group':{'_id':'$_p_shop'}},{'$match':{'_id':'shopB'}}~[{'objectId':'shopB'}]",
                "{'$group':{'_id':{'s':'$shop','k':'$o.k'}}},{'$match':{'_id.k':'y'}}"
                        + "~[{'objectId':{'s':'shopB','k':'y'}}]",
                "{'$group':{'_id':{'i':'$item','gone':'$none'}}},{'$match':{'_id.i':'salt'}}"
                        + "~[{'objectId':{'i':'salt'}}]",
                "{'$match':{'n':{'$lte':3}}},{'$group':{'_id':{'y':{'$year':'$at'},"
                        + "'m':{'$month':'$at'}},'c':{'$sum':1}}},{'$sort':{'c':-1}},{'$limit':1}"
                        + "~[{'objectId':{'y':2024,'m':3},'c':2}]",
                "{'$group':{'_id':'$place'}},{'$count':'n'}~[{'n':3}]",
                "{'$group':{'_id':'$tags','c':{'$sum':1}}},{'$match':{'_id':'hot'}}"
                        + "~[{'objectId':['hot','drink'],'c':1}]",
                "{'$sort':{'n':-1}},{'$group':{'_id':null,'f':{'$first':'$n'},'l':{'$last':'$n'},"
                        + "'p':{'$push':'$n'}}}~[{'objectId':null,'f':4,'l':1,'p':[4,3,2,1]}]",
                "{'$group':{'_id':null,'p':{'$addToSet':'$item'}}},{'$project':{'_id':0,'c':{'$size':'$p'}}}"
                        + "~[{'c':3}]",
                "{'$match':{'n':1}},{'$group':{'_id':null,'p':{'$push':{'s':'$shop','d':'$at','g':'$place'}}}}"
                        + "~[{'objectId':null,'p':[{'s':{'__type':'Pointer','className':'Shop','objectId':'shopA'},"
                        + "'d':{'__type':'Date','iso':'2024-03-01T10:20:30.400Z'},"
                        + "'g':{'__type':'GeoPoint','latitude':0,'longitude':1}}]}]",
                "{'$match':{'n':1}},{'$group':{'_id':null,'p':{'$push':'$bill'}}}"
                        + "~[{'objectId':null,'p':[{'__type':'File','name':'bill.txt','url':'http://files/bill.txt'}]}]",
                "{'$group':{'_id':null,'a':{'$min':'$at'},'k':{'$max':'$o.k'},'i':{'$min':'$item'},"
                        + "'b':{'$max':'$paid'}}}~[{'objectId':null,"
                        + "'a':{'__type':'Date','iso':'2024-03-01T10:20:30.400Z'},'k':'y','i':'Bread','b':true}]",
                "{'$group':{'_id':null,'t':{'$sum':{'$multiply':['$price','$quantity']}}}}"
                        + "~[{'objectId':null,'t':43}]",
                "{'$group':{'_id':null,'t':{'$sum':'$item'},'a':{'$avg':'$none'},'x':{'$sum':'text'}}}"
                        + "~[{'objectId':null,'t':0,'a':null,'x':0}]",
                "{'$match':{'n':99}},{'$group':{'_id':null,'c':{'$sum':1}}}~[]",
                "{'$match':{'n':99}},{'$count':'c'}~[]",
                "{'$sortByCount':'$item'},{'$limit':1}~[{'objectId':'tea','count':2}]",
                "{'$group':{'_id':'$item','c':{'$sum':1}}},{'$match':{'c':{'$gt':1}}},"
                        + "{'$group':{'_id':null,'names':{'$push':'$_id'}}}~[{'objectId':null,'names':['tea']}]",
                // Parts of dates
                "{'$match':{'n':1}},{'$project':{'_id':0,'y':{'$year':'$at'},'m':{'$month':'$at'},"
                        + "'d':{'$dayOfMonth':'$at'},'h':{'$hour':'$at'},'i':{'$minute':'$at'},"
                        + "'s':{'$second':'$at'},'ms':{'$millisecond':'$at'},'w':{'$dayOfWeek':'$at'},"
                        + "'j':{'$dayOfYear':'$at'},'u':{'$week':'$at'},'v':{'$isoWeek':'$at'}}}"
                        + "~[{'y':2024,'m':3,'d':1,'h':10,'i':20,'s':30,'ms':400,'w':6,'j':61,'u':8,'v':9}]",
                "{'$match':{'n':2}},{'$project':{'_id':0,'w':{'$dayOfWeek':'$at'},'u':{'$week':'$at'},"
                        + "'ny':{'$hour':{'date':'$at','timezone':'America/New_York'}},"
                        + "'t':{'$dateToString':{'date':'$at','format':'%Y-%m-%d YY %H'}}}}"
                        + "~[{'w':1,'u':9,'ny':19,'t':'2024-03-03 YY 00'}]",
                "{'$sort':{'n':1}},{'$project':{'_id':0,'y':{'$year':'$o.when'},'k':{'$year':'$o.k'}}},"
                        + "{'$match':{'y':{'$exists':true}}}~[{'y':2023}]",
                // Projections
                "{'$match':{'n':1}},{'$project':{'_id':0,'item':1,'shop':1,'at':1}}"
                        + "~[{'item':'tea','shop':{'__type':'Pointer','className':'Shop','objectId':'shopA'},"
                        + "'at':{'__type':'Date','iso':'2024-03-01T10:20:30.400Z'}}]",
                "{'$match':{'n':1}},{'$project':{'objectId':0,'name':'$item','k':'$o.k','p':'$_p_shop',"
                        + "'id':'$shop.objectId','lat':'$place.latitude','f':'$bill'}}"
                        + "~[{'name':'tea','k':'x','p':{'__type':'Pointer','className':'Shop','objectId':'shopA'},"
                        + "'id':'shopA','lat':0,"
                        + "'f':{'__type':'File','name':'bill.txt','url':'http://files/bill.txt'}}]",
                "{'$match':{'n':1}},{'$project':{'_id':0,'o.deep.a':1}}~[{'o':{'deep':{'a':1}}}]",
                "{'$match':{'n':1}},{'$project':{'_id':0,'o':{'deep':{'b':1},'k':1}}}"
                        + "~[{'o':{'deep':{'b':2},'k':'x'}}]",
                "{'$match':{'n':3}},{'$project':{'_id':0,'o.list.v':1}}~[{'o':{'list':[{'v':1},{'v':2}]}}]",
                "{'$match':{'n':3}},{'$project':{'_id':0,'v':'$o.list.v'}}~[{'v':[1,2]}]",
                "{'$match':{'n':1}},{'$project':{'o.deep':0,'o.k':0}},{'$project':{'_id':0,'o':1}}~[{'o':{}}]",
                "{'$match':{'n':4}},{'$project':{'item':0,'_id':0,'createdAt':0,'updatedAt':0}}~[{'n':4}]",
                "{'$match':{'n':4}},{'$unset':['createdAt','_updated_at','_id']},{'$set':{'z':{'$add':['$n',1]}}}"
                        + "~[{'n':4,'item':'salt','z':5}]",
                "{'$match':{'n':2}},{'$project':{'_id':0,'a':{'$add':['$price',1,2]},'s':{'$subtract':['$price',1]},"
                        + "'d':{'$divide':['$price',8]},'m':{'$mod':['$price',3]},'r':{'$round':[2.345,2]},"
                        + "'c':{'$concat':['$item','-','$o.k']},'u':{'$toUpper':'$item'},'l':{'$toLower':'$none'},"
                        + "'z':{'$size':'$tags'},'e':{'$arrayElemAt':['$tags',-1]}}}"
                        + "~[{'a':7,'s':3,'d':0.5,'m':1,'r':2.35,'c':'tea-y','u':'TEA','l':'','z':1,'e':'drink'}]",
                "{'$sort':{'n':1}},{'$project':{'_id':0,'x':{'$cond':[{'$gt':['$price',2]},'dear','cheap']},"
                        + "'p':{'$ifNull':['$price','none']}}}"
                        + "~[{'x':'cheap','p':2},{'x':'dear','p':4},{'x':'dear','p':3},{'x':'cheap','p':'none'}]",
                "{'$match':{'n':1}},{'$project':{'_id':0,'c':{'$cond':{'if':{'$and':['$paid',{'$eq':['$item','tea']}]},"
                        + "'then':'$at','else':null}},'lit':{'$literal':'$x'},'str':'plain'}}"
                        + "~[{'c':{'__type':'Date','iso':'2024-03-01T10:20:30.400Z'},'lit':'$x','str':'plain'}]",
                "{'$match':{'n':1}},{'$project':{'_id':0,'d':{'$subtract':['$at',{'$date':'2024-03-01T10:20:30Z'}]},"
                        + "'t':{'$add':['$at',600]}}}"
                        + "~[{'d':400,'t':{'__type':'Date','iso':'2024-03-01T10:20:31.000Z'}}]",
                "{'$match':{'n':1}},{'$project':{'nothing':'$none','_id':0}}~[{}]",
                // Order, bounds, arrays
                "{'$sort':{'o.k':-1,'n':1}},{'$match':{'o':{'$exists':true}}},{'$skip':1},{'$limit':1},"
                        + "{'$project':{'_id':0,'n':1}}~[{'n':1}]",
                "{'$sort':{'n':-1}},{'$project':{'_id':0,'item':1}},{'$limit':2}~[{'item':'salt'},{'item':'Bread'}]",
                "{'$sort':{'n':-1}},{'$unwind':'$tags'},{'$project':{'_id':0,'tags':1,'n':1}}"
                        + "~[{'tags':'drink','n':2},{'tags':'hot','n':1},{'tags':'drink','n':1}]",
                "{'$unwind':{'path':'$tags','preserveNullAndEmptyArrays':true,'includeArrayIndex':'at'}},"
                        + "{'$sort':{'n':1,'at':1}},{'$project':{'_id':0,'tags':1,'at':1}}"
                        + "~[{'tags':'hot','at':0},{'tags':'drink','at':1},{'tags':'drink','at':0},{'at':null},{'at':null}]",
                "{'$unwind':'$o.list'},{'$project':{'_id':0,'v':'$o.list.v'}}~[{'v':1},{'v':2}]",
                "{'$unwind':'$price'},{'$count':'c'}~[{'c':3}]",
                "{'$unwind':'$none'}~[]",
                "{'$unwind':'$tags'},{'$match':{'tags':'drink'}},{'$count':'c'}~[{'c':2}]",
                "{'$sample':{'size':2}},{'$count':'c'}~[{'c':2}]",
                // Conditions
                "{'$match':{'at':{'$lt':'2024-03-02T00:00:00.000Z'}}},{'$project':{'_id':0,'n':1}}~[{'n':1}]",
                "{'$match':{'at':{'$lt':{'__type':'Date','iso':'2024-03-02T00:00:00.000Z'}}}},{'$count':'c'}~[{'c':1}]",
                "{'$match':{'at':{'$gte':{'$date':'2024-03-02T00:00:00.000Z'}}}},{'$count':'c'}~[{'c':2}]",
                "{'$match':{'_created_at':{'$gt':'2020-01-01T00:00:00.000Z'}}},{'$count':'c'}~[{'c':4}]",
                "{'$match':{'shop':'shopA'}},{'$count':'c'}~[{'c':2}]",
                "{'$match':{'_p_shop':'Shop$shopA'}},{'$count':'c'}~[{'c':2}]",
                "{'$match':{'$or':[{'item':'salt'},{'price':{'$gt':3}}]}},{'$count':'c'}~[{'c':2}]",
                "{'$match':{'price':null}},{'$count':'c'}~[{'c':1}]",
                "{'$match':{'price':{'$ne':null}}},{'$count':'c'}~[{'c':3}]",
                "{'$match':{'o.k':'x'}},{'$count':'c'}~[{'c':2}]",
                "{'$project':{'k':'$o.k'}},{'$match':{'k':{'$in':['x','z']}}},{'$count':'c'}~[{'c':2}]",
                "{'$project':{'k':'$o.k'}},{'$match':{'k':{'$regex':'^Y','$options':'i'}}},{'$count':'c'}~[{'c':1}]",
                "{'$project':{'v':'$o.list.v'}},{'$match':{'v':{'$gt':1}}},{'$count':'c'}~[{'c':1}]",
                "{'$group':{'_id':null,'m':{'$max':'$at'}}},{'$match':{'m':{'$gt':'2025-01-01T00:00:00.000Z'}}},"
                        + "{'$count':'c'}~[{'c':1}]",
                // Places
                "{'$geoNear':{'near':{'__type':'GeoPoint','latitude':0,'longitude':0},'distanceField':'d',"
                        + "'distanceMultiplier':57.29577951308232}},{'$project':{'_id':0,'n':1,'d':{'$round':['$d',6]}}}"
                        + "~[{'n':1,'d':1},{'n':2,'d':3}]",
                "{'$geoNear':{'near':[4,0],'distanceField':'d','key':'place','maxDistance':2,'query':{'item':'tea'}}},"
                        + "{'$project':{'_id':0,'n':1,'d':1}}~[{'n':2,'d':1}]",
                "{'$geoNear':{'near':{'type':'Point','coordinates':[2,0]},'distanceField':'d','minDistance':1}},"
                        + "{'$match':{'d':{'$gt':111300,'$lt':111400}}},{'$count':'c'}~[{'c':2}]",
            })
    void computes(String stages, String results) {
        assertThat(run(stages.replace('\'', '"'))).isEqualTo(Json.read(results.replace('\'', '"')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{'distinct':'item'}~['Bread','salt','tea']",
                "{'distinct':'price'}~[2,3,4]",
                "{'distinct':'price','where':{'item':'tea'}}~[2,4]",
                "{'distinct':'price','where':'{\"item\":\"Bread\"}'}~[3]",
                "{'distinct':'tags'}~['drink','hot']",
                "{'distinct':'o.k'}~['x','y']",
                "{'distinct':'o.list.v'}~[1,2]",
                "{'distinct':'paid'}~[false,true]",
                "{'distinct':'none'}~[]",
                "{'distinct':'ACL'}~[]",
                "{'distinct':'bill'}~['bill.txt']",
                "{'distinct':'at','where':{'n':1}}~['2024-03-01T10:20:30.400Z']",
                "{'distinct':'place','where':{'n':1}}~[{'__type':'GeoPoint','latitude':0,'longitude':1}]",
                "{'distinct':'shop','where':{'n':1}}"
                        + "~[{'__type':'Pointer','className':'Shop','objectId':'shopA'}]",
            })
    void listsDistinctValues(String parameters, String results) {
        assertThat(ask("Sale", json(parameters))).isEqualTo(Json.read(json(results)));
    }

    /// The JSON of a test's text, whose quotes are single unless they are escaped in themselves.
    private static String json(String text) {
        return text.contains("\"")
                ? text.replace("\"", "\\\"").replace('\'', '"')
                : text.replace('\'', '"');
    }

    @Test
    void followsRelationsWhileRowsHaveIds() {
        String member = create("Member", "{\"name\": \"m\"}").path("objectId").asString("");
        String pointer = json("{'__type':'Pointer','className':'Member','objectId':'@'}");
        String group =
                create(
                                "Team",
                                json("{'members':{'__op':'AddRelation','objects':[")
                                        + pointer.replace("@", member)
                                        + "]}}")
                        .path("objectId")
                        .asString("");
        String related = "{\"$match\":{\"members\":" + pointer.replace("@", member) + "}}";
        String count = ",{\"$count\":\"c\"}";

        assertThat(team(related)).hasSize(1);
        assertThat(team(related).get(0).path("members").path("__type").asString(""))
                .isEqualTo("Relation");
        assertThat(team("{\"$project\":{\"members\":1}}," + related + count)).hasSize(1);
        assertThat(team("{\"$project\":{\"members\":1,\"_id\":0}}," + related + count)).isEmpty();
        assertThat(team("{\"$group\":{\"_id\":\"$members\"}}").get(0).path("objectId").isNull())
                .isTrue();
        String relatedTo =
                json("{'$match':{'$relatedTo':{'object':{'__type':'Pointer','className':'Team',")
                        + json("'objectId':'@'},'key':'members'}}}").replace("@", group);
        ObjectNode parameters = Json.object();
        parameters.put("pipeline", "[" + relatedTo + "]");
        assertThat(ask("Member", Json.write(parameters))).hasSize(1);
        parameters.put("pipeline", "[{\"$group\":{\"_id\":{\"n\":\"$name\"}}}," + relatedTo + "]");
        assertThatThrownBy(() -> ask("Member", Json.write(parameters)))
                .hasMessageContaining("$relatedTo must come before");
    }

    private static JsonNode team(String stages) {
        ObjectNode parameters = Json.object();
        parameters.put("pipeline", "[" + stages + "]");
        return ask("Team", Json.write(parameters));
    }

    @Test
    void takesStagesInEveryForm() {
        JsonNode expected = Json.read("[{\"objectId\": \"salt\"}]");
        for (String parameters :
                new String[] {
                    "{'pipeline':[{'$match':{'n':4}},{'$group':{'_id':'$item'}}]}",
                    "{'$match':{'n':4},'$group':{'_id':'$item'}}",
                    "{'pipeline':{'$match':{'n':4},'$group':{'_id':'$item'}}}",
                    "{'$sort':{'n':-1},'$limit':'1','$project':{'_id':'$item'}}"
                }) {
            assertThat(ask("Sale", json(parameters))).as(parameters).isEqualTo(expected);
        }
        ObjectNode text = Json.object();
        text.put("$match", "{\"n\": 4}");
        text.put("$group", "{\"_id\": \"$item\"}");
        assertThat(ask("Sale", Json.write(text))).isEqualTo(expected);
        assertThat(ask("Sale", "{}")).hasSize(4);
        assertThat(ask("Sale", "{\"pipeline\": []}")).hasSize(4);
        assertThat(ask("Sale", "{\"$unwind\": \"$tags\"}")).hasSize(3);
    }

    @Test
    void showsWholeObjectsAsTheyAre() {
        JsonNode found = run("{\"$match\": {\"n\": 1}}").get(0);

        assertThat(found.path("objectId").isString()).isTrue();
        assertThat(found.path("createdAt").isString()).isTrue();
        assertThat(found.path("updatedAt").isString()).isTrue();
        assertThat(found.path("at").path("__type").asString("")).isEqualTo("Date");
        assertThat(found.path("bill").path("url").asString("")).isEqualTo("http://files/bill.txt");
        assertThat(found.has("ACL")).isFalse();
        assertThat(run("{\"$project\": {\"n\": 1}}").get(0).has("objectId")).isTrue();
        JsonNode latest =
                run("{\"$group\": {\"_id\": \"$createdAt\", \"x\": {\"$max\": \"$updatedAt\"}}}")
                        .get(0);
        assertThat(latest.path("objectId").path("__type").asString("")).isEqualTo("Date");
        assertThat(latest.path("x").path("__type").asString("")).isEqualTo("Date");
    }

    @Test
    void findsNothingInUnknownAndUnreachableClasses() {
        assertThat(ask("Nowhere", "{\"$group\": {\"_id\": null}}")).isEmpty();
        assertThat(ask("Nowhere", "{\"distinct\": \"x\"}")).isEmpty();
        assertThat(ask("_Join:users:_Role", "{}")).isEmpty();
        assertThat(ask("_schema", "{}")).isEmpty();
        assertThat(ask("a\" b", "{}")).isEmpty();
    }

    @Test
    void takesConditionsDownToTheIndexes() {
        String plan =
                Json.write(
                        ask(
                                "Sale",
                                json(
                                        "{'pipeline':[{'$match':{'objectId':'a'}},{'$project':{'n':1}},"
                                                + "{'$match':{'n':1}},{'$group':{'_id':'$n'}}],'explain':true}")));
        assertThat(plan).contains("\"Index Cond\"").doesNotContain("Subquery Scan");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{'pipeline':[{'match':{}}]}~102~Invalid aggregate stage 'match'.",
                "{'group':{'_id':1}}~102~Invalid aggregate stage 'group'.",
                "{'pipeline':[{'$project':{'a':1},'$sort':{'b':1}}]}~102~Pipeline stages should only"
                        + " have one key but found $project, $sort.",
                "{'pipeline':[{}]}~102~Pipeline stages should only have one key but found .",
                "{'pipeline':[5]}~102~a pipeline stage must be an object, not 5",
                "{'pipeline':[null]}~102~a pipeline stage must be an object, not null",
                "{'pipeline':[['$match']]}~102~a pipeline stage must be an object",
                "{'pipeline':5}~102~pipeline must be an array of stages",
                "{'pipeline':'[}'}~102~pipeline parameter is not valid JSON",
                "{'$lookup':{'from':'x'}}~102~The aggregate stage '$lookup' is not supported.",
                "{'$out':'x'}~102~The aggregate stage '$out' is not supported.",
                "{'$group':{'objectId':'$a'}}~102~Cannot use 'objectId' in aggregation stage $group.",
                "{'$group':{}}~102~Invalid parameter for query: group. Missing key _id",
                "{'$group':{'x':1}}~102~Invalid parameter for query: group. Missing key _id",
                "{'$group':'{'}~102~Invalid parameter for query: group. Missing key _id",
                "{'$group':{'_id':null,'x':1}}~102~The field 'x' must be an accumulator",
                "{'$group':{'_id':null,'x':{'$bogus':1}}}~102~Unknown group operator '$bogus'",
                "{'$group':{'_id':null,'a-b':{'$sum':1}}}~105~Invalid field name: a-b",
                "{'$group':{'_id':null,'a.b':{'$sum':1}}}~105~Invalid field name: a.b",
                "{'$group':{'_id':{'$bogus':1}}}~102~Unrecognized expression '$bogus'",
                "{'$group':{'_id':'$_hashed_password'}}~105~Invalid field name: _hashed_password",
                "{'$group':{'_id':'$_rperm'}}~105~Invalid field name: _rperm",
                "{'$group':{'_id':'$$ROOT'}}~102~variables are not supported: $$ROOT",
                "{'$group':{'_id':'$'}}~102~a field must be named like",
                "{'$project':{}}~102~$project must have at least one field",
                "{'$project':{'a':1,'b':0}}~102~$project can't both keep and leave out fields",
                "{'$project':{'_hashed_password':1}}~105~Invalid field name: _hashed_password",
                "{'$project':{'x':{'$multiply':['$item',2]}}}~102~$multiply only supports numeric types,"
                        + " not String",
                "{'$project':{'x':{'$year':'$item'}}}~102~$year takes a date, not String",
                "{'$project':{'x':{'$add':[1],'$subtract':[1,2]}}}~102~an expression must have one operator",
                "{'$project':{'x':{'$divide':[1,0]}}}~102~can't divide by zero",
                "{'$project':{'x':{'$multiply':[1e308,1e308]}}}~102~a number or date in the pipeline is out",
                "{'$project':{'x':{'$year':{'date':'$at','timezone':'Moon/Crater'}}}}~102~the pipeline can't be",
                "{'$sort':{'n':2}}~102~$sort takes 1",
                "{'$sort':{}}~102~$sort must have",
                "{'$sort':{'_wperm':1}}~105~Invalid field name: _wperm",
                "{'$limit':-1}~102~the limit must be",
                "{'$limit':0}~102~the limit must be positive",
                "{'$limit':'x'}~102~the limit must be",
                "{'$limit':1.5}~102~the limit must be",
                "{'$skip':-1}~102~the skip must be",
                "{'$sample':{}}~102~the size must be",
                "{'$sample':5}~102~$sample takes an object, not 5",
                "{'$unwind':'tags'}~102~a field must be named like",
                "{'$unwind':{}}~102~$unwind needs a path",
                "{'$count':5}~102~$count takes the name of a field",
                "{'$count':'_x'}~105~Invalid field name: _x",
                "{'$match':5}~102~$match takes an object, not 5",
                "{'$match':{'_hashed_password':'x'}}~105~Invalid field name: _hashed_password",
                "{'$match':{'$where':'1'}}~105~Invalid key name: $where",
                "{'$match':{'a':{'$bogus':1}}}~102~bad constraint",
                "{'$geoNear':{'near':5,'distanceField':'d'}}~102~near of $geoNear",
                "{'$geoNear':{'near':[0,0]}}~102~$geoNear needs a distanceField",
                "{'$geoNear':{'near':[0,0],'distanceField':'d','key':'item'}}~102~item is no GeoPoint field",
                "{'$match':{},'$geoNear':{'near':[0,0],'distanceField':'d'}}~102~$geoNear must be the first",
                "{'distinct':'_hashed_password'}~105~Invalid field name: _hashed_password",
                "{'distinct':'a-b'}~105~Invalid field name: a-b",
                "{'distinct':''}~105~Invalid field name: ",
                "{'distinct':'item','where':'{'}~107~where parameter is not valid JSON",
                "{'where':{'n':1}}~102~where goes with distinct",
            })
    void tellsWhatIsWrong(String parameters, int code, String message) {
        assertThatThrownBy(() -> ask("Sale", json(parameters)))
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        refused -> {
                            assertThat(refused.code().number()).isEqualTo(code);
                            assertThat(refused.getMessage()).startsWith(message);
                        });
    }

    /// Text that would be SQL if it were ever pasted into a statement.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\"; DROP TABLE \"Sale\"; --",
                "x'; DROP TABLE \"Sale\"; --",
                "') OR 1=1 --",
                "\\'; SELECT pg_sleep(9); --",
                "?",
                "$1",
                ":x",
                "{fn now()}",
                "/*",
                "--"
            })
    void neverRunsTextAsSql(String text) {
        String quoted = Json.write(Json.nodes().stringNode(text));
        String inside = quoted.substring(1, quoted.length() - 1);
        for (String stage :
                new String[] {
                    "{'$group':{'_id':'@'}}",
                    "{'$group':{'_id':'$@'}}",
                    "{'$group':{'_id':'$o.@'}}",
                    "{'$group':{'_id':{'@':1}}}",
                    "{'$group':{'_id':null,'@':{'$sum':1}}}",
                    "{'$group':{'_id':null,'x':{'$push':'@'}}}",
                    "{'$group':{'_id':null,'x':{'@':1}}}",
                    "{'$project':{'@':1}}",
                    "{'$project':{'o.@':1}}",
                    "{'$project':{'o.@':0}}",
                    "{'$project':{'x':'@'}}",
                    "{'$project':{'x':{'$concat':['@','$item']}}}",
                    "{'$project':{'x':{'$dateToString':{'date':'$at','format':'@'}}}}",
                    "{'$project':{'x':{'$year':{'date':'$at','timezone':'@'}}}}",
                    "{'$set':{'@':1}}",
                    "{'$sort':{'@':1}}",
                    "{'$sort':{'o.@':1}}",
                    "{'$unwind':'$@'}",
                    "{'$unwind':'$o.@'}",
                    "{'$unwind':{'path':'$tags','includeArrayIndex':'@'}}",
                    "{'$count':'@'}",
                    "{'$limit':'@'}",
                    "{'$match':{'item':'@'}}",
                    "{'$match':{'@':1}}",
                    "{'$match':{'o.@':1}}",
                    "{'$geoNear':{'near':[0,0],'distanceField':'@'}}",
                    "{'$geoNear':{'near':[0,0],'distanceField':'d','key':'@'}}",
                    "{'@':1}",
                }) {
            try {
                run(stage.replace('\'', '"').replace("@", inside));
            } catch (RialtoException refused) {
                assertThat(refused.code().kind()).as(stage).isNotEqualTo(ErrorCode.Kind.SERVER);
            }
        }
        assertThat(run("{\"$count\": \"c\"}")).isEqualTo(Json.read("[{\"c\": 4}]"));
    }

    @Test
    void refusesWhatIsTooLarge() {
        String nested = "{\"$abs\":".repeat(40) + "1" + "}".repeat(40);
        assertThatThrownBy(() -> run("{\"$set\":{\"x\":" + nested + "}}"))
                .hasMessageContaining("nested");
        String stages = "{\"$skip\":0},".repeat(60);
        assertThatThrownBy(() -> run(stages + "{\"$limit\":1}")).hasMessageContaining("stages");
        String many = "1,".repeat(3_000) + "1";
        assertThatThrownBy(() -> run("{\"$set\":{\"x\":[" + many + "]}}"))
                .hasMessageContaining("expressions");
        String path = "$o" + ".a".repeat(50);
        assertThatThrownBy(() -> run("{\"$group\":{\"_id\":\"" + path + "\"}}"))
                .hasMessageContaining("Invalid field name");
    }

    @Test
    void doublesNothingFromStageToStage() {
        String doubling = "{\"$set\":{\"x\":{\"$add\":[\"$x\",\"$x\"]}}},".repeat(40);
        JsonNode found =
                run(
                        "{\"$match\":{\"n\":1}},{\"$set\":{\"x\":1}},"
                                + doubling
                                + "{\"$project\":{\"_id\":0,\"x\":1}}");
        assertThat(found.get(0).path("x").asDouble()).isEqualTo(Math.pow(2, 40));
    }

    @Test
    void showsNothingToOthersThanTheMaster() {
        var anonymous = new Caller.Anonymous();
        var aggregator = aggregator(SETTINGS);
        var request = AggregateRequest.read(Json.object());
        assertThatThrownBy(() -> aggregator.aggregate(POSTGRES.app(), anonymous, "Sale", request))
                .hasMessage("unauthorized: master key is required");
    }

    @Test
    void refusesMoreResultsThanTheLimit() {
        var aggregator =
                aggregator(new ObjectsSettings(true, SETTINGS.idempotencyTtl(), 3, 1 << 20));
        var all = AggregateRequest.read(Json.object());
        assertThatThrownBy(() -> aggregator.aggregate(POSTGRES.app(), MASTER, "Sale", all))
                .hasMessageContaining("up to 3 results");
    }
}
