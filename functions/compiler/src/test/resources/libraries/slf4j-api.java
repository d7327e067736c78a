// org.slf4j:slf4j-api:2.0.17
// [false,"NOP","null"]
package app;

import org.slf4j.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Logger log = LoggerFactory.getLogger("app");
        log.info("hello {}", "x");
        log.atDebug().addKeyValue("a", 1).log("y");
        MDC.put("k", "v");
        return List.of(log.isInfoEnabled(), log.getName(), String.valueOf(MDC.get("k")));
    }
}
