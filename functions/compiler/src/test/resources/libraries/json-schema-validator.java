// com.networknt:json-schema-validator:1.5.7
// [0,1,"$: required property 'a' not found"]
package app;

import com.networknt.schema.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(
                                "{\"type\":\"object\",\"required\":[\"a\"],\"properties\":{\"a\":{\"type\":\"integer\"}}}");
        return List.of(
                schema.validate("{\"a\":1}", InputFormat.JSON).size(),
                schema.validate("{\"a\":\"x\"}", InputFormat.JSON).size(),
                schema.validate("{}", InputFormat.JSON).iterator().next().getMessage());
    }
}
