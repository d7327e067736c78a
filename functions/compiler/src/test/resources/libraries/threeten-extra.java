// org.threeten:threeten-extra:1.8.0
// [31,"2030-06-30",true,"2030-W01"]
package app;

import org.threeten.extra.*;

import java.time.*;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                LocalDateRange.of(LocalDate.of(2030, 1, 1), LocalDate.of(2030, 2, 1))
                        .lengthInDays(),
                YearQuarter.of(2030, 2).atEndOfQuarter().toString(),
                Interval.of(Instant.EPOCH, Duration.ofHours(1)).contains(Instant.ofEpochSecond(60)),
                YearWeek.from(LocalDate.of(2030, 1, 1)).toString());
    }
}
