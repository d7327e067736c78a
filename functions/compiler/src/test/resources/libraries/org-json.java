// org.json:json:20250517
// [2,"x","{\"k\":[1,2]}","[1,\"x\"]","{\"r\":{\"i\":1}}"]
package app;

import org.json.*;

import java.util.List;
import java.util.Map;

class Use {
    static List<Object> use() throws Exception {
        var json = new JSONObject("{\"a\":[1,2],\"b\":{\"c\":\"x\"}}");
        return List.of(
                json.getJSONArray("a").getInt(1),
                json.query("/b/c").toString(),
                new JSONObject(Map.of("k", List.of(1, 2))).toString(),
                new JSONArray().put(1).put("x").toString(),
                XML.toJSONObject("<r><i>1</i></r>").toString());
    }
}
