package dev.rialto.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AggregatorTest {
    private static final Sales SALES = new Sales();

    @AfterAll
    static void close() {
        SALES.close();
    }

    /// The JSON of a test's text, whose quotes are single unless they are escaped in themselves.
    private static String json(String text) {
        return text.contains("\"")
                ? text.replace("\"", "\\\"").replace('\'', '"')
                : text.replace('\'', '"');
    }

    private static JsonNode team(String stages) {
        ObjectNode parameters = Json.object();
        parameters.put("pipeline", "[" + stages + "]");
        return SALES.ask("Team", Json.write(parameters));
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
                // Buckets
                "{'$bucket':{'groupBy':'$price','boundaries':[0,3,10],'default':'none'}}"
                        + "~[{'objectId':0,'count':1},{'objectId':3,'count':2},{'objectId':'none','count':1}]",
                "{'$bucket':{'groupBy':'$n','boundaries':[2,4],'output':{'items':{'$push':'$item'}}}},"
                        + "{'$project':{'_id':1,'c':{'$size':'$items'}}}~[{'objectId':2,'c':2}]",
                // Several pipelines at once
                "{'$match':{'n':{'$lte':2}}},{'$sort':{'n':-1}},{'$facet':{'n':[{'$count':'all'}],"
                        + "'some':[{'$project':{'_id':0,'n':1,'bill':1}}],'none':[{'$match':{'n':9}}]}}"
                        + "~[{'n':[{'all':2}],'some':[{'n':2},{'n':1,'bill':{'__type':'File',"
                        + "'name':'bill.txt','url':'http://files/bill.txt'}}],'none':[]}]",
                // Other objects in the place of rows
                "{'$match':{'n':1}},{'$replaceRoot':{'newRoot':'$o'}}~[{'k':'x','deep':{'a':1,'b':2}}]",
                "{'$match':{'n':1}},{'$replaceWith':'$o'},{'$unset':'deep'},{'$addFields':{'z':'$k'}}"
                        + "~[{'k':'x','z':'x'}]",
                "{'$match':{'n':{'$lte':2}}},{'$replaceRoot':{'newRoot':'$o'}},{'$sort':{'k':-1}},"
                        + "{'$project':{'_id':0,'k':1}}~[{'k':'y'},{'k':'x'}]",
                "{'$match':{'n':1}},{'$replaceRoot':{'newRoot':{'a':'$item','b':{'$add':['$n',1]}}}}"
                        + "~[{'a':'tea','b':2}]",
                // Objects of other classes
                "{'$match':{'n':1}},{'$lookup':{'from':'Sale','localField':'item','foreignField':'item','as':'same'}},"
                        + "{'$project':{'_id':0,'n':'$same.n'}}~[{'n':[1,2]}]",
                "{'$match':{'n':2}},{'$lookup':{'from':'Sale','localField':'tags','foreignField':'tags','as':'x'}},"
                        + "{'$project':{'_id':0,'c':{'$size':'$x'}}}~[{'c':2}]",
                "{'$match':{'n':4}},{'$lookup':{'from':'Nowhere','localField':'item','foreignField':'_id','as':'x'}},"
                        + "{'$project':{'_id':0,'x':1}}~[{'x':[]}]",
                // Strings
                "{'$match':{'n':1}},{'$project':{'_id':0,'a':{'$substr':['$item',1,2]},"
                        + "'b':{'$substrCP':['$item',1,-1]},'c':{'$strLenCP':'$item'},'d':{'$substr':['$none',0,1]}}}"
                        + "~[{'a':'ea','b':'ea','c':3,'d':''}]",
                "{'$match':{'n':4}},{'$project':{'_id':0,'d':{'$dateToString':{'date':'$at','onNull':'never'}}}}"
                        + "~[{'d':'never'}]",
                "{'$match':{'n':1}},{'$addFields':{'o.deep.c':3,'o.l':'$n'}},{'$project':{'_id':0,'o':1}}"
                        + "~[{'o':{'k':'x','l':1,'deep':{'a':1,'b':2,'c':3}}}]",
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
        assertThat(SALES.run(stages.replace('\'', '"')))
                .isEqualTo(Json.read(results.replace('\'', '"')));
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
        assertThat(SALES.ask("Sale", json(parameters))).isEqualTo(Json.read(json(results)));
    }

    @Test
    void followsRelationsWhileRowsHaveIds() {
        String member = SALES.create("Member", "{\"name\": \"m\"}").path("objectId").asString("");
        String pointer = json("{'__type':'Pointer','className':'Member','objectId':'@'}");
        String group =
                SALES.create(
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
        assertThat(SALES.ask("Member", Json.write(parameters))).hasSize(1);
        parameters.put("pipeline", "[{\"$group\":{\"_id\":{\"n\":\"$name\"}}}," + relatedTo + "]");
        assertThatThrownBy(() -> SALES.ask("Member", Json.write(parameters)))
                .hasMessageContaining("$relatedTo must come before");
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
            assertThat(SALES.ask("Sale", json(parameters))).as(parameters).isEqualTo(expected);
        }
        ObjectNode text = Json.object();
        text.put("$match", "{\"n\": 4}");
        text.put("$group", "{\"_id\": \"$item\"}");
        assertThat(SALES.ask("Sale", Json.write(text))).isEqualTo(expected);
        assertThat(SALES.ask("Sale", "{}")).hasSize(4);
        assertThat(SALES.ask("Sale", "{\"pipeline\": []}")).hasSize(4);
        assertThat(SALES.ask("Sale", "{\"$unwind\": \"$tags\"}")).hasSize(3);
    }

    @Test
    void showsWholeObjectsAsTheyAre() {
        JsonNode found = SALES.run("{\"$match\": {\"n\": 1}}").get(0);

        assertThat(found.path("objectId").isString()).isTrue();
        assertThat(found.path("createdAt").isString()).isTrue();
        assertThat(found.path("updatedAt").isString()).isTrue();
        assertThat(found.path("at").path("__type").asString("")).isEqualTo("Date");
        assertThat(found.path("bill").path("url").asString("")).isEqualTo("http://files/bill.txt");
        assertThat(found.has("ACL")).isFalse();
        assertThat(SALES.run("{\"$project\": {\"n\": 1}}").get(0).has("objectId")).isTrue();
        JsonNode latest =
                SALES.run(
                                "{\"$group\": {\"_id\": \"$createdAt\", \"x\": {\"$max\": \"$updatedAt\"}}}")
                        .get(0);
        assertThat(latest.path("objectId").path("__type").asString("")).isEqualTo("Date");
        assertThat(latest.path("x").path("__type").asString("")).isEqualTo("Date");
    }

    @Test
    void findsNothingInUnknownAndUnreachableClasses() {
        assertThat(SALES.ask("Nowhere", "{\"$group\": {\"_id\": null}}")).isEmpty();
        assertThat(SALES.ask("Nowhere", "{\"distinct\": \"x\"}")).isEmpty();
        assertThat(SALES.ask("_Join:users:_Role", "{}")).isEmpty();
        assertThat(SALES.ask("_schema", "{}")).isEmpty();
        assertThat(SALES.ask("a\" b", "{}")).isEmpty();
    }

    @Test
    void takesConditionsDownToTheIndexes() {
        String plan =
                Json.write(
                        SALES.ask(
                                "Sale",
                                json(
                                        "{'pipeline':[{'$match':{'objectId':'a'}},{'$project':{'n':1}},"
                                                + "{'$match':{'n':1}},{'$group':{'_id':'$n'}}],'explain':true}")));
        assertThat(plan).contains("\"Index Cond\"").doesNotContain("Subquery Scan");
    }
}
