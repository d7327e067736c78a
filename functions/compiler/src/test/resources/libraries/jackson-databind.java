// com.fasterxml.jackson.core:jackson-databind:2.19.1
// [3,2,"{\"n\":1,\"l\":[true]}","{a=1.5}","o1 2","{\"id\":\"o1\",\"lines\":[{\"name\":\"tea\",\"count\":2}]}","x"]
package app;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.*;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;

class Use {
    public record Order(String id, List<Line> lines) {}

    public static class Line {
        private String name;
        private int count;

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }
    }

    static List<Object> use() throws Exception {
        var mapper = new ObjectMapper();
        JsonNode tree = mapper.readTree("{\"a\":[1,2,{\"b\":null}],\"c\":\"x\"}");
        ObjectNode made = mapper.createObjectNode().put("n", 1);
        made.putArray("l").add(true);
        Map<String, Object> map = mapper.readValue("{\"a\":1.5}", new TypeReference<>() {});
        Order order =
                mapper.readValue(
                        "{\"id\":\"o1\",\"lines\":[{\"name\":\"tea\",\"count\":2}]}", Order.class);
        return List.of(
                tree.path("a").size(),
                tree.at("/a/1").asInt(),
                mapper.writeValueAsString(made),
                map.toString(),
                order.id() + " " + order.lines().get(0).getCount(),
                mapper.writeValueAsString(order),
                mapper.convertValue(Map.of("name", "x", "count", 3), Line.class).getName());
    }
}
