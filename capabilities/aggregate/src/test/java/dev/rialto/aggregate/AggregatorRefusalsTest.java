package dev.rialto.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.kernel.Caller;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import dev.rialto.objects.ObjectsSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AggregatorRefusalsTest {
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
                "{'$lookup':{'from':'x'}}~102~$lookup needs localField",
                "{'$lookup':{'from':'x','let':{},'pipeline':[]}}~102~The option 'let' of $lookup is not",
                "{'$facet':{}}~102~$facet takes 1 to 20 pipelines",
                "{'$facet':{'a':[{'$facet':{'b':[]}}]}}~102~$facet can't be inside a $facet",
                "{'$facet':{'a':[{'$out':'x'}]}}~102~The aggregate stage '$out' is not supported.",
                "{'$bucket':{'groupBy':'$n','boundaries':[1]}}~102~boundaries of $bucket must be",
                "{'$bucket':{'groupBy':'$n','boundaries':[1,'a']}}~102~boundaries of $bucket must be",
                "{'$bucket':{'boundaries':[1,2]}}~102~$bucket needs groupBy",
                "{'$replaceRoot':{}}~102~$replaceRoot needs a newRoot",
                "{'$replaceRoot':{'newRoot':5}}~102~$replaceRoot takes a field",
                "{'$replaceRoot':{'newRoot':'$item'}}~102~the pipeline can't be computed",
                "{'$project':{'x':{'$strLenBytes':'$item'}}}~102~$strLenBytes is not supported",
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
                "{'$project':{'a':1,'b':0}}~102~$project can't both include and exclude fields",
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
                "{'$match':{'$where':'1'}}~102~The operator '$where' of $match is not supported: conditions",
                "{'$match':{'$or':[{'$expr':{}}]}}~102~The operator '$expr' of $match is not supported.",
                "{'$match':{'a':{'$bogus':1}}}~102~bad constraint",
                "{'$geoNear':{'near':5,'distanceField':'d'}}~102~near of $geoNear",
                "{'$geoNear':{'near':[0,0]}}~102~$geoNear needs a distanceField",
                "{'$geoNear':{'near':[0,0],'distanceField':'d','key':'item'}}~102~item is not a GeoPoint field",
                "{'$match':{},'$geoNear':{'near':[0,0],'distanceField':'d'}}~102~$geoNear must be the first",
                "{'distinct':'_hashed_password'}~105~Invalid field name: _hashed_password",
                "{'distinct':'a-b'}~105~Invalid field name: a-b",
                "{'distinct':''}~105~Invalid field name: ",
                "{'distinct':'item','where':'{'}~107~where parameter is not valid JSON",
                "{'where':{'n':1}}~102~where requires distinct",
            })
    void reportsWhatIsWrong(String parameters, int code, String message) {
        assertThatThrownBy(() -> SALES.ask("Sale", json(parameters)))
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
                SALES.run(stage.replace('\'', '"').replace("@", inside));
            } catch (RialtoException refused) {
                assertThat(refused.code().kind()).as(stage).isNotEqualTo(ErrorCode.Kind.SERVER);
            }
        }
        assertThat(SALES.run("{\"$count\": \"c\"}")).isEqualTo(Json.read("[{\"c\": 4}]"));
    }

    @Test
    void refusesWhatIsTooLarge() {
        String nested = "{\"$abs\":".repeat(40) + "1" + "}".repeat(40);
        assertThatThrownBy(() -> SALES.run("{\"$set\":{\"x\":" + nested + "}}"))
                .hasMessageContaining("nested");
        String stages = "{\"$skip\":0},".repeat(60);
        assertThatThrownBy(() -> SALES.run(stages + "{\"$limit\":1}"))
                .hasMessageContaining("stages");
        String many = "1,".repeat(3_000) + "1";
        assertThatThrownBy(() -> SALES.run("{\"$set\":{\"x\":[" + many + "]}}"))
                .hasMessageContaining("expressions");
        String path = "$o" + ".a".repeat(50);
        assertThatThrownBy(() -> SALES.run("{\"$group\":{\"_id\":\"" + path + "\"}}"))
                .hasMessageContaining("Invalid field name");
    }

    @Test
    void doublesNothingFromStageToStage() {
        String doubling = "{\"$set\":{\"x\":{\"$add\":[\"$x\",\"$x\"]}}},".repeat(40);
        JsonNode found =
                SALES.run(
                        "{\"$match\":{\"n\":1}},{\"$set\":{\"x\":1}},"
                                + doubling
                                + "{\"$project\":{\"_id\":0,\"x\":1}}");
        assertThat(found.get(0).path("x").asDouble()).isEqualTo(Math.pow(2, 40));
    }

    @Test
    void showsNothingToOthersThanTheMaster() {
        var anonymous = new Caller.Anonymous();
        var aggregator = SALES.aggregator(Sales.SETTINGS);
        var request = AggregateRequest.read(Json.object());
        assertThatThrownBy(() ->
                        aggregator.aggregate(SALES.postgres.app(), anonymous, "Sale", request))
                .hasMessage("unauthorized: master key is required");
    }

    @Test
    void refusesMoreResultsThanTheLimit() {
        var aggregator =
                SALES.aggregator(
                        new ObjectsSettings(true, Sales.SETTINGS.idempotencyTtl(), 3, 1 << 20, 0));
        var all = AggregateRequest.read(Json.object());
        assertThatThrownBy(
                        () -> aggregator.aggregate(SALES.postgres.app(), Sales.MASTER, "Sale", all))
                .hasMessageContaining("up to 3 results");
    }
}
