// com.jayway.jsonpath:json-path:2.9.0
// ["x","[5]","[1,5]",2]
package app;

import com.jayway.jsonpath.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var json = JsonPath.parse("{\"a\":[{\"n\":1,\"t\":\"x\"},{\"n\":5}]}");
        return List.of(
                json.read("$.a[0].t"),
                json.read("$.a[?(@.n > 2)].n").toString(),
                json.read("$..n").toString(),
                json.read("$.a.length()"));
    }
}
