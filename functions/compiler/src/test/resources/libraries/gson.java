// com.google.code.gson:gson:2.13.1
// [2,"{\"n\":1,\"l\":[]}","{\"k\":[1,2]}","{a=1}","o1[1, 2]","tea","{\"name\":\"tea\",\"count\":3}"]
package app;

import com.google.gson.*;
import com.google.gson.reflect.TypeToken;

import java.util.List;
import java.util.Map;

class Use {
    record Order(String id, List<Integer> counts) {}

    static class Bean {
        String name;
        int count = 3;
    }

    static List<Object> use() throws Exception {
        var gson = new GsonBuilder().create();
        JsonObject tree = JsonParser.parseString("{\"a\":[1,2],\"b\":\"x\"}").getAsJsonObject();
        var made = new JsonObject();
        made.addProperty("n", 1);
        made.add("l", new JsonArray());
        Map<String, Integer> map =
                gson.fromJson("{\"a\":1}", new TypeToken<Map<String, Integer>>() {}.getType());
        Order order = gson.fromJson("{\"id\":\"o1\",\"counts\":[1,2]}", Order.class);
        Bean bean = gson.fromJson("{\"name\":\"tea\"}", Bean.class);
        return List.of(
                tree.getAsJsonArray("a").get(1).getAsInt(),
                made.toString(),
                gson.toJson(Map.of("k", List.of(1, 2))),
                map.toString(),
                order.id() + order.counts(),
                bean.name,
                gson.toJson(bean));
    }
}
