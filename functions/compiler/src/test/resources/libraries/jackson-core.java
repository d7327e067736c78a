// com.fasterxml.jackson.core:jackson-core:2.19.1
// [["a","b","c"],6,"{\"n\":1.5,\"s\":\"\\\"\"}","Unexpected close mar"]
package app;

import com.fasterxml.jackson.core.*;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var factory = new JsonFactory();
        var names = new ArrayList<String>();
        long sum = 0;
        try (JsonParser parser = factory.createParser("{\"a\":1,\"b\":[2,3],\"c\":\"é\"}")) {
            for (JsonToken each = parser.nextToken(); each != null; each = parser.nextToken()) {
                if (each == JsonToken.FIELD_NAME) {
                    names.add(parser.currentName());
                } else if (each == JsonToken.VALUE_NUMBER_INT) {
                    sum += parser.getLongValue();
                }
            }
        }
        var out = new StringWriter();
        try (JsonGenerator generator = factory.createGenerator(out)) {
            generator.writeStartObject();
            generator.writeNumberField("n", 1.5);
            generator.writeStringField("s", "\"");
            generator.writeEndObject();
        }
        String failed;
        try (JsonParser parser = factory.createParser("{]")) {
            parser.nextToken();
            parser.nextToken();
            failed = "no";
        } catch (JsonProcessingException broken) {
            failed = broken.getOriginalMessage().substring(0, 20);
        }
        return List.of(names, sum, out.toString(), failed);
    }
}
