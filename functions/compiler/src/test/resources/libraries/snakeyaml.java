// org.yaml:snakeyaml:2.4
// ["{a=1, b=[x, 2.5], c={d=true}, e=text\n}","k:\n- 1\n- two\nm:\n  n: 1\n",1]
package app;

import org.yaml.snakeyaml.*;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class Use {
    static List<Object> use() throws Exception {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        Map<String, Object> read =
                yaml.load("a: 1\nb:\n  - x\n  - 2.5\nc: {d: true}\ne: |\n  text\n");
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        return List.of(
                new TreeMap<>(read).toString(),
                new Yaml(options)
                        .dump(new TreeMap<>(Map.of("k", List.of(1, "two"), "m", Map.of("n", 1)))),
                ((Map<?, ?>) new Yaml().load("x: 2030-01-01")).size());
    }
}
