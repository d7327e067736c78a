// org.snakeyaml:snakeyaml-engine:2.9
// ["{a=[1, 2], b={c=x}}","k: [1, two]\n"]
package app;

import org.snakeyaml.engine.v2.api.*;

import java.util.List;
import java.util.Map;

class Use {
    static List<Object> use() throws Exception {
        var load = new Load(LoadSettings.builder().build());
        return List.of(
                load.loadFromString("a: [1, 2]\nb: {c: x}").toString(),
                new Dump(DumpSettings.builder().build())
                        .dumpToString(Map.of("k", List.of(1, "two"))));
    }
}
