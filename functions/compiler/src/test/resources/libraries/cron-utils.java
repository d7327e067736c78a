// com.cronutils:cron-utils:9.2.1
// ["2030-01-07T03:00Z","0 3 * * 1"]
package app;

import com.cronutils.model.*;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;

import java.time.*;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        Cron cron =
                new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                        .parse("0 3 * * 1");
        return List.of(
                ExecutionTime.forCron(cron)
                        .nextExecution(ZonedDateTime.parse("2030-01-01T00:00:00Z"))
                        .get()
                        .toString(),
                cron.asString());
    }
}
